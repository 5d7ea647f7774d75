import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures';

// A server of its own, which sends mail (bin/test).
test.use({ baseURL: process.env.MAIL_URL ?? 'http://127.0.0.1:3001' });

const PASSWORD = 'correct horse battery staple';
const OTHER_PASSWORD = 'seven lamps of architecture';
const address = (name: string) => `${name}-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.org`;

/** The link in the mail that somebody got about something, once it is there. */
async function link(to: string, subject: string): Promise<string> {
  const folder = process.env.MAILS!;
  const find = () =>
    readdirSync(folder)
      .filter((name) => /^\d+\.json$/.test(name))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
      .find((mail) => mail.to === to && mail.subject === subject);
  await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
  return /https?:\S+token=\S+/.exec(find().text)![0];
}

test('a guest signs up by mail, forgets the password, and changes the address', async ({ page, asGuest, accessible, javaScriptEnabled }) => {
  test.slow(); // axe reads eight pages.
  const check = async () => javaScriptEnabled !== false && (await accessible(page));
  const email = address('ada');
  await asGuest(page);
  await page.goto('/signup');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await check();
  await page.getByRole('link', { name: 'Go on with your CVs meanwhile' }).click();
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();

  await page.goto(await link(email, 'Confirm your address for Vitae'));
  await check();
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.waitForURL(/\/resumes$/);
  await expect(page.getByText('all that you had as a guest is in it')).toBeVisible();
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByRole('link', { name: 'Forgot the password?' }).click();
  await check();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('If there is an account with this address')).toBeVisible();
  const reset = await link(email, 'Set a new password for Vitae');
  await page.goto(reset);
  await check();
  await page.getByLabel('New password').fill(OTHER_PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByText('Your new password is set')).toBeVisible();
  await check();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(OTHER_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(/\/resumes$/);

  const other = address('lovelace');
  await page.goto('/account/email');
  await check();
  await page.getByLabel('New e-mail address').fill(other);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.goto(await link(other, 'Confirm your new address for Vitae'));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page.getByText('The address of your account is changed.')).toBeVisible();
  await expect(page.getByText(other)).toBeVisible();

  page.removeAllListeners('console');
  await page.goto(reset);
  await expect(page.getByRole('heading', { name: 'This link is no longer good' })).toBeVisible();
  await check();
});

test('in another browser the link asks for the password', async ({ page, browser }) => {
  const email = address('grace');
  await page.goto('/signup');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto(await link(email, 'Confirm your address for Vitae'));
  await elsewhere.getByLabel('The password that you chose').fill(OTHER_PASSWORD);
  await elsewhere.getByRole('button', { name: 'Make my account' }).click();
  await expect(elsewhere.getByText('This is not the password that was chosen')).toBeVisible();
  await elsewhere.getByLabel('The password that you chose').fill(PASSWORD);
  await elsewhere.getByRole('button', { name: 'Make my account' }).click();
  await elsewhere.waitForURL(/\/resumes$/);
  await elsewhere.context().close();
});
