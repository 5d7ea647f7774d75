import { expect, test } from '../fixtures';

// What public/comfort.js adds to pages that do without it.

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
