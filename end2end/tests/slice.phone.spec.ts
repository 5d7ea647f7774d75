import { expect, test } from '../fixtures';

test('write, look at the page, and choose a design on a phone', async ({ page, asGuest, accessible }) => {
  await asGuest(page);
  const name = page.getByLabel('Name', { exact: true });
  await expect(name).toBeEnabled();
  await name.fill('Ada Lovelace');
  await expect(page.getByRole('status').first()).toHaveText('Saved');
  await accessible(page);
  await page.getByRole('button', { name: 'Page', exact: true }).click();
  await expect(page.getByRole('article', { name: /Page 1/ })).toBeVisible();
  await expect(page.getByRole('article', { name: /Page 1/ })).toContainText('Ada Lovelace');
  await page.getByRole('button', { name: 'Design', exact: true }).locator('visible=true').click();
  await expect(page.getByText('Margin', { exact: true })).toBeVisible();
  await accessible(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test('what there is to know is told whatever is shown', async ({ page, asGuest, accessible }) => {
  await asGuest(page);
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Page', exact: true }).click();
  await page.getByRole('button', { name: 'Archive' }).locator('visible=true').click();
  await expect(page.getByText('This version is in the archive.')).toBeVisible();
  await accessible(page);
  await expect(page.getByRole('link', { name: 'Open the archive' })).toBeVisible();
});

test('nothing is wider than the phone', async ({ page }) => {
  for (const path of ['/', '/templates', '/privacy']) {
    await page.goto(path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), path).toBeLessThanOrEqual(0);
  }
});
