import { expect, test } from '../fixtures';

const PASSWORD = 'correct horse battery staple';

test('somebody whose session is over logs in where they are, and nothing typed is lost', async ({ page, accessible, asGuest }) => {
  const email = `eve-${Date.now()}@example.org`;
  await asGuest(page);
  const editor = page.url();
  await page.goto('/signup');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/resumes$/);
  await page.goto(editor);
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Eve Before');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();

  await page.context().clearCookies();
  page.removeAllListeners('console');
  await page.getByLabel('Name of this CV').fill('Renamed meanwhile');
  await name.fill('Eve After');
  await expect(page.getByText('You are logged out.')).toBeVisible();
  await accessible(page);
  await page.locator('#log-in-email').fill(email);
  await page.getByLabel('Password').fill('not this one, I think');
  await page.getByRole('button', { name: 'Log in and save' }).click();
  await expect(page.getByText('No account has this address and this password.')).toBeVisible();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in and save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(name).toHaveValue('Eve After');
  const title = page.getByLabel('Name of this CV');
  await expect(title).toHaveValue('Renamed meanwhile');

  // Or they log in in another tab: what waited goes out when this one is looked at again, a name too.
  await page.context().clearCookies();
  await title.fill('Renamed again');
  await title.blur();
  await expect(page.getByText('You are logged out.')).toBeVisible();
  const other = await page.context().newPage();
  await other.goto('/login');
  await other.getByLabel('E-mail').fill(email);
  await other.getByLabel('Password').fill(PASSWORD);
  await other.getByRole('button', { name: 'Log in', exact: true }).click();
  await other.waitForURL(/\/resumes$/);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(title).toHaveValue('Renamed again');
});
