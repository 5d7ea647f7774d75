import { expect, test } from '../fixtures';

const PASSWORD = 'correct horse battery staple';
const address = () => `ada-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.org`;

test('a guest makes an account, leaves, and comes back to the same CVs', async ({ page, asGuest }) => {
  const email = address();
  await asGuest(page);
  await page.goto('/resumes');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('passwordpassword');
  page.removeAllListeners('console');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await expect(page.getByLabel('Password')).toHaveValue('');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/resumes$/);
  await expect(page.getByText('all that you had as a guest is in it')).toBeVisible();
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();

  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page.getByText(email)).toBeVisible();
  await expect(page.getByText('this one')).toBeVisible();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(/\/$/);
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('something else entirely');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toContainText('No account has this address and this password.');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(/\/resumes$/);
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();
});

test('somebody who logs in as a guest takes their CVs along', async ({ page, asGuest }) => {
  const email = address();
  await page.goto('/signup');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/resumes$/);
  await page.getByRole('button', { name: 'Log out' }).click();
  await asGuest(page);
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Take them along' }).click();
  await expect(page.getByText('is in your account')).toBeVisible();
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();
});
