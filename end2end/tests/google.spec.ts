import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';

const PASSWORD = 'correct horse battery staple';
const address = () => `ada-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.org`;

/** On the pages of the provider. */
const choose = async (page: Page, email: string) => {
  await expect(page.getByRole('heading', { name: 'Choose an account' })).toBeVisible();
  await page.getByLabel('Address').fill(email);
  await page.getByRole('button', { name: 'Go on' }).click();
};

/** From where nobody is signed in. */
const enter = async (page: Page, email: string) => {
  await page.goto('/login');
  await page.getByRole('link', { name: 'Continue with Google' }).click();
  await choose(page, email);
};

test('a guest comes by Google, leaves, and comes back to the same CVs', async ({ page, asGuest, accessible, javaScriptEnabled }) => {
  const check = async () => javaScriptEnabled !== false && (await accessible(page));
  const email = address();
  await asGuest(page);
  const cookie = async () => (await page.context().cookies()).find(({ name }) => name === 'vitae')?.value;
  const before = await cookie();
  await page.goto('/signup');
  await page.getByRole('link', { name: 'Continue with Google' }).click();
  await choose(page, email);
  await page.waitForURL(/\/resumes$/);
  await expect(page.getByText('all that you had as a guest is in it')).toBeVisible();
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();
  expect(await cookie()).not.toBe(before);

  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page.getByText(email)).toBeVisible();
  await expect(page.getByText('To take it away, set a password first.')).toBeVisible();
  await check();
  await page.getByRole('button', { name: 'Log out' }).click();
  await enter(page, email);
  await page.waitForURL(/\/resumes$/);
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();
});

test('somebody with a password proves it, adds Google, and takes it away', async ({ page, accessible, javaScriptEnabled }) => {
  const check = async () => javaScriptEnabled !== false && (await accessible(page));
  const email = address();
  await page.goto('/signup');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/resumes$/);
  await page.getByRole('button', { name: 'Log out' }).click();

  await enter(page, email);
  await expect(page.getByRole('heading', { name: 'There is an account with this address' })).toBeVisible();
  await check();
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Add Google to your account?' })).toBeVisible();
  await check();
  await page.getByRole('button', { name: 'Add Google' }).click();
  await expect(page.getByText('You can log in with Google now.')).toBeVisible();

  await page.getByRole('button', { name: 'Log out' }).click();
  await enter(page, email);
  await page.waitForURL(/\/resumes$/);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Take Google away' }).click();
  await expect(page.getByText('Google is taken away.')).toBeVisible();

  // The provider forgets who was there: it would ask, with a script, whether to end that session.
  await page.context().clearCookies({ domain: 'localhost' });
  await page.getByRole('link', { name: 'Add Google' }).click();
  await choose(page, `other-${email}`);
  await expect(page.getByText(`other-${email}`)).toBeVisible();
  await page.getByRole('button', { name: 'Add Google' }).click();
  await expect(page.getByText('You can log in with Google now.')).toBeVisible();
});

test('who has only Google sets a password', async ({ page, accessible, javaScriptEnabled }) => {
  const check = async () => javaScriptEnabled !== false && (await accessible(page));
  const email = address();
  await enter(page, email);
  await page.waitForURL(/\/resumes$/);
  await page.goto('/account/confirm?next=/account');
  await check();
  await page.getByRole('link', { name: 'Continue with Google' }).click();
  await choose(page, email);
  await page.waitForURL(/\/account$/);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('You have a password now.')).toBeVisible();
  await expect(page.getByLabel('Current password')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take Google away' })).toBeVisible();
});

test('who turns back at Google, or is not confirmed there, is told what to do', async ({ page, accessible, javaScriptEnabled }) => {
  const check = async () => javaScriptEnabled !== false && (await accessible(page));
  await page.goto('/login');
  await check();
  await page.getByRole('link', { name: 'Continue with Google' }).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.waitForURL(/\/login$/);
  page.removeAllListeners('console');
  await enter(page, `unconfirmed-${address()}`);
  await expect(page.getByRole('heading', { name: 'Google has not confirmed your address' })).toBeVisible();
  await check();
  await page.getByRole('link', { name: 'Log in with a password' }).click();
  await page.waitForURL(/\/login$/);
});

test('a login that another browser began is not finished here', async ({ page, browser }) => {
  page.removeAllListeners('console');
  // The attacker goes all the way but the last step, and has somebody else take that one.
  const email = address();
  let bait = '/auth/google';
  while (!bait.includes('/auth/google/callback?')) {
    const answer = await page.request.get(bait, { maxRedirects: 0 });
    bait = new URL(answer.headers().location ?? `?email=${encodeURIComponent(email)}`, answer.url()).href;
  }
  const victim = await browser.newContext();
  const other = await victim.newPage();
  const answer = await other.goto(bait);
  expect(answer?.status()).toBe(400);
  await other.goto('/account');
  await expect(other.getByRole('heading', { name: 'You are logged out' })).toBeVisible();
  await victim.close();
});
