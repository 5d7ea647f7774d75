import { execFileSync } from 'node:child_process';
import { expect, test } from '../fixtures';
import type { Page } from '@playwright/test';

const PASSWORD = 'correct horse battery staple';
const address = (name: string) => `${name}-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.org`;

/** Runs `vitae admin` for the server under test, as its operator does (bin/test says which it is). */
const operator = (...args: string[]) =>
  execFileSync(process.env.VITAE!, ['admin', ...args], {
    env: { PATH: process.env.PATH, VITAE_DATA_DIR: process.env.VITAE_DATA, LEPTOS_SITE_ADDR: new URL(process.env.BASE_URL!).host },
    encoding: 'utf8',
  });

/** Makes an admin and logs in. */
async function asAdmin(page: Page): Promise<string> {
  const email = address('root');
  const link = /https?:\S+token=\S+/.exec(operator('create', email))![0];
  await page.goto(link);
  await page.getByLabel(/password/i).fill(PASSWORD);
  await page.getByRole('button', { name: /password/i }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(/\/resumes$/);
  return email;
}

test('an admin finds a user, shuts them out, lets them in again and deletes the account', async ({ page, browser, accessible, javaScriptEnabled }) => {
  const check = async () => javaScriptEnabled !== false && (await accessible(page));
  const email = address('ann');
  const theirs = await browser.newContext({ baseURL: process.env.BASE_URL });
  const ann = await theirs.newPage();
  await ann.goto(/https?:\S+token=\S+/.exec(operator('create', email))![0]);
  await ann.getByLabel(/password/i).fill(PASSWORD);
  await ann.getByRole('button', { name: /password/i }).click();
  const logIn = async () => {
    await ann.goto('/login');
    await ann.getByLabel('E-mail').fill(email);
    await ann.getByLabel('Password').fill(PASSWORD);
    await ann.getByRole('button', { name: 'Log in' }).click();
  };
  await logIn();
  await ann.waitForURL(/\/resumes$/);

  await asAdmin(page);
  operator('revoke', email);
  await logIn();
  await ann.waitForURL(/\/resumes$/);
  expect((await ann.goto('/admin'))!.status()).toBe(404);
  await expect(ann.getByRole('heading', { level: 1 })).toHaveText('Page not found');

  await page.getByRole('link', { name: 'Admin' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await check();
  await page.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name: 'Users' }).click();
  page.removeAllListeners('console'); // 422 is an error to the console.
  await page.getByLabel('Part of the address').fill('an');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByLabel('Part of the address')).toHaveAttribute('aria-invalid', 'true');
  await check();
  await page.getByLabel('Part of the address').fill(email.slice(0, 12).toUpperCase());
  await page.getByLabel('Order').selectOption('By address');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/\/admin\/users\?sort=address$/);
  await check();
  await page.getByRole('link', { name: email }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(email);
  await check();

  await page.getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('status')).toContainText('its owner is out');
  await expect(page.getByRole('button', { name: 'Make admin' })).toBeDisabled();
  await check();
  expect((await ann.goto('/resumes'))!.status()).toBe(401);
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(page.getByRole('status')).toContainText('can be used again');
  await logIn();
  await ann.waitForURL(/\/resumes$/);

  await page.getByRole('link', { name: 'All of it in the log' }).click();
  await expect(page.getByLabel('Whose account')).toHaveValue(email);
  await expect(page.getByRole('row').filter({ hasText: 'Disabled' })).toHaveCount(1);
  await check();
  if (javaScriptEnabled !== false) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^vitae-log-.*\.csv$/);
  }
  await page.getByLabel('Whose account').fill('nobody@example.org');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.getByText('No account has this address.')).toBeVisible();

  await page.goto('/admin/users?sort=address');
  await page.getByRole('link', { name: email }).click();
  await page.getByLabel(/to be sure/i).fill('somebody else');
  await page.getByRole('button', { name: 'Delete this account' }).click();
  await expect(page.getByLabel(/to be sure/i)).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel(/to be sure/i)).toHaveValue('somebody else');
  await check();
  await page.getByLabel(/to be sure/i).fill(email);
  await page.getByRole('button', { name: 'Delete this account' }).click();
  await expect(page.getByRole('status')).toContainText('is deleted');
  expect((await ann.goto('/resumes'))!.status()).toBe(401);
  for (const path of ['/admin/guests', '/admin/mails', '/admin/mails?show=waiting']) {
    await page.goto(path);
    await check();
  }
  await theirs.close();
});

test('the pages of an admin can be gone through with the keyboard alone', async ({ page }) => {
  await asAdmin(page);
  await page.goto('/admin/users');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // Skip to the content.
  const seen: string[] = [];
  for (let n = 0; n < 9; n++) {
    await page.keyboard.press('Tab');
    seen.push(await page.evaluate(() => document.activeElement!.textContent || document.activeElement!.getAttribute('name')!));
  }
  expect(seen.slice(0, 5)).toEqual(['Overview', 'Users', 'Guests', 'Mail', 'Log']);
  expect(seen[5]).toBe('q');
});
