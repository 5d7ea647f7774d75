import { expect, test } from '../fixtures';

// These run with and without JavaScript.

test('the landing page says what it is and lets one in', async ({ page, asGuest }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await asGuest(page);
  await expect(page).toHaveTitle(/My CV/);
});

test('CVs are made, named, copied, thrown away and brought back with plain forms', async ({ page, asGuest }) => {
  await asGuest(page);
  await page.goto('/resumes');
  await expect(page.getByRole('link', { name: 'My CV' })).toBeVisible();

  await page.getByRole('button', { name: 'New CV' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Senior engineer, Zürich');
  await page.getByLabel('A sample to overwrite').check();
  await page.getByRole('button', { name: 'Create CV' }).click();
  await page.waitForURL(/\/resumes\/\d+$/);
  await page.goto('/resumes');
  await expect(page.getByRole('link', { name: 'Senior engineer, Zürich' })).toBeVisible();

  await page.getByRole('button', { name: 'Actions for My CV' }).click();
  await page.getByText('Rename', { exact: true }).locator('visible=true').click();
  await page.getByLabel('Name of this CV').locator('visible=true').fill('Another name');
  await page.getByRole('button', { name: 'Save name' }).locator('visible=true').click();
  await expect(page.getByRole('link', { name: 'Another name' })).toBeVisible();

  await page.getByRole('button', { name: 'Actions for Another name' }).click();
  await page.getByRole('button', { name: 'Duplicate' }).locator('visible=true').click();
  await expect(page.getByRole('link', { name: 'Another name (copy)' })).toBeVisible();

  await page.getByRole('button', { name: 'Actions for Another name (copy)' }).click();
  await page.getByRole('button', { name: 'Move to trash' }).locator('visible=true').click();
  await expect(page.getByRole('link', { name: 'Another name (copy)' })).toHaveCount(0);
  await page.getByRole('button', { name: /Undo|Restore/ }).first().click();
  await expect(page.getByRole('link', { name: 'Another name (copy)' })).toBeVisible();
});

test('a file that is no CV is refused at its field', async ({ page, asGuest }) => {
  await asGuest(page);
  await page.goto('/resumes');
  await page.getByRole('button', { name: 'New CV' }).first().click();
  const file = page.getByLabel(/from a file/i).locator('visible=true');
  await file.setInputFiles({ name: 'weather.json', mimeType: 'application/json', buffer: Buffer.from('{"weather": "fine"}') });
  page.removeAllListeners('console'); // 422 is an error to the console.
  await page.getByRole('button', { name: 'Import' }).locator('visible=true').click();
  await expect(page.getByLabel(/from a file/i).locator('visible=true')).toHaveAttribute('aria-invalid', 'true');
});

test('an address that leads nowhere', async ({ page }) => {
  page.removeAllListeners('console'); // 404 is an error to the console.
  const answer = await page.goto('/nowhere');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
});
