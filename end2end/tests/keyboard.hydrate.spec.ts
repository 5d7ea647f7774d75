import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';

// The editor without a pointer: everything is reached, and the focus is never nowhere.

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName);

const asksBeforeLeaving = (page: Page) =>
  page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));

async function twoBullets(page: Page) {
  await page.getByRole('button', { name: 'Add employer' }).click();
  await page.getByRole('button', { name: 'Add bullet' }).first().click();
  await page.getByRole('textbox', { name: 'Bullet 1' }).fill('Alpha beta');
}

test('the buttons of a bullet are reached from its text', async ({ page, asGuest }) => {
  await asGuest(page);
  await twoBullets(page);
  await page.getByRole('textbox', { name: 'Bullet 1' }).focus();
  for (const name of [/^Move up/, /^Move down/, /^Hide Bullet 1/, /^Tags and note/, /^Remove bullet/]) {
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatch(name);
  }
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Show Bullet 1 on the page' })).toBeFocused();
});

test('a bullet is cut in two and joined again where it was cut', async ({ page, asGuest }) => {
  await asGuest(page);
  await twoBullets(page);
  const first = page.getByRole('textbox', { name: 'Bullet 1' });
  await first.focus();
  await page.keyboard.press('End');
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Bullet 2' })).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('textbox', { name: 'Bullet 2' })).toBeHidden();
  await expect(first).toHaveValue('Alpha beta');
  await expect(first).toBeFocused();
  await page.keyboard.type('+');
  await expect(first).toHaveValue('Alpha +beta');
});

test('the focus goes to what is opened, and stays near what is removed', async ({ page, asGuest }) => {
  await asGuest(page);
  await twoBullets(page);
  await page.getByRole('textbox', { name: 'Bullet 1' }).focus();
  for (let n = 0; n < 5; n++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Bullet 1' })).toBeHidden();
  await expect.poll(() => focused(page)).not.toBe('BODY');
  await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Bullet 1' })).toBeVisible();
  await expect.poll(() => focused(page)).toBe('Text');
  await page.getByRole('button', { name: 'Design' }).focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Design' });
  await expect(panel.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Design' })).toBeFocused();
});

test('the only bullet goes by Backspace, and the focus stays with its role', async ({ page, asGuest }) => {
  await asGuest(page);
  await twoBullets(page);
  const bullet = page.getByRole('textbox', { name: 'Bullet 1' });
  await bullet.fill('');
  await bullet.press('Backspace');
  await expect(bullet).toBeHidden();
  await expect.poll(() => focused(page)).not.toBe('BODY');
});

test('a name that could not be sent is sent again', async ({ page, asGuest, context }) => {
  await asGuest(page);
  const name = page.getByLabel('Name of this CV');
  await expect(name).toBeEnabled();
  page.removeAllListeners('console');
  await context.setOffline(true);
  await name.fill('Written on a train');
  await name.blur();
  await expect(page.getByRole('status').first()).toHaveText('Not saved — offline');
  expect(await asksBeforeLeaving(page)).toBe(true);
  await context.setOffline(false);
  await expect(page.getByRole('status').first()).toHaveText('Saved', { timeout: 15_000 });
  expect(await asksBeforeLeaving(page)).toBe(false);
  await expect(page.getByRole('heading', { name: 'Written on a train' })).toBeAttached();
  await page.reload();
  await expect(page.getByLabel('Name of this CV')).toHaveValue('Written on a train');
});

test('a name is typed on while the one before is under way', async ({ page, asGuest }) => {
  await asGuest(page);
  const name = page.getByLabel('Name of this CV');
  await expect(name).toBeEnabled();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => { letGo = resolve; });
  await page.route('**/rename_resume*', async (route) => {
    await held;
    await route.continue();
  }, { times: 1 });
  await name.fill('Lead');
  await name.press('Enter');
  await expect(page.getByRole('status').first()).toHaveText('Saving…');
  await name.pressSequentially(' engineer');
  letGo();
  await expect(page.getByRole('heading', { name: 'Lead engineer' })).toBeAttached();
  await expect(name).toHaveValue('Lead engineer');
  await expect(page.getByRole('status').first()).toHaveText('Saved');
});
