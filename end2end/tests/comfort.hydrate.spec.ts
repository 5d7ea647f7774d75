import { expect, test } from '../fixtures';

// What makes it more comfortable, on pages that do without it.

test('a password can be looked at and is one again when it is sent', async ({ page, accessible }) => {
  await page.goto('/login');
  const password = page.getByLabel('Password');
  await password.fill('correct horse');
  const show = page.getByRole('button', { name: 'Show what is typed' });
  await show.click();
  await expect(password).toHaveAttribute('type', 'text');
  await expect(show).toHaveAttribute('aria-pressed', 'true');
  await accessible(page);
  await show.click();
  await expect(password).toHaveAttribute('type', 'password');
  await show.click();
  await page.evaluate(() => document.querySelector('form[action="/login"]')!.addEventListener('submit', (event) => event.preventDefault()));
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(password).toHaveAttribute('type', 'password');
});

test('the keyboard shortcuts are told by ?, but not while somebody types it', async ({ page, asGuest, accessible }) => {
  await asGuest(page);
  const headline = page.getByLabel('Headline');
  await expect(headline).toBeEnabled();
  const keys = page.getByRole('heading', { name: 'Keyboard shortcuts' });
  await page.keyboard.press('?');
  await expect(keys).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
  await headline.pressSequentially('Why?');
  await expect(headline).toHaveValue('Why?');
  await expect(keys).toBeHidden();
});
