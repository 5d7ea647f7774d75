import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { totp } from '../support/totp';

// These run with and without JavaScript; what axe finds does not differ.

const PASSWORD = 'correct horse battery staple';
const address = () => `ada-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.org`;

async function signUp(page: Page) {
  const email = address();
  await page.goto('/signup');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/resumes$/);
  return email;
}

async function logIn(page: Page, email: string) {
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('two-step verification is set up, asked for, and turned off', async ({ page, accessible }) => {
  const email = await signUp(page);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByRole('link', { name: 'Set up two-step verification' }).click();
  await accessible(page);
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
  await accessible(page);
  const key = await page.locator('.two-step__key').innerText();
  await page.getByLabel('Code from your app').fill(totp(key));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your recovery codes');
  await accessible(page);
  const codes = await page.getByRole('main').getByRole('listitem').allInnerTexts();
  expect(codes).toHaveLength(10);
  const saving = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save as a file' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe('vitae-recovery-codes.txt');
  expect(await readFile(await file.path(), 'utf8')).toContain(codes[9]!.trim());
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page.getByText('10 recovery codes left')).toBeVisible();
  await accessible(page);

  await page.getByRole('button', { name: 'Log out' }).click();
  await logIn(page, email);
  await page.waitForURL(/\/login\/code/);
  await accessible(page);
  page.removeAllListeners('console'); // 422 is an error to the console.
  await page.getByLabel('Code from your app').fill('000000');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page.getByLabel('Code from your app')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Code from your app').fill(totp(key, 1));
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.waitForURL(/\/resumes$/);

  await page.getByRole('button', { name: 'Log out' }).click();
  await logIn(page, email);
  await page.getByText('I do not have my app').click();
  await page.getByLabel('Recovery code').fill(codes[0]!);
  await page.getByRole('button', { name: 'Log in with it' }).click();
  await page.waitForURL(/\/resumes$/);

  await page.goto('/account/two-step');
  await page.getByLabel('Code from your app, or a recovery code').fill(codes[1]!);
  await page.getByRole('button', { name: 'Turn two-step verification off' }).click();
  await expect(page.getByText('Two-step verification is off.')).toBeVisible();
});

test('everything is taken out, deleted, and put in again', async ({ page, accessible }) => {
  const email = await signUp(page);
  await page.getByRole('button', { name: 'Start writing' }).click();
  await page.waitForURL(/\/resumes\/\d+$/);
  await page.goto('/account');
  await accessible(page);
  await page.getByRole('link', { name: 'Export everything' }).click();
  await expect(page.getByText('1 CV, each as Vitae keeps it')).toBeVisible();
  await accessible(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the ZIP' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^vitae-export-\d{4}-\d\d-\d\d\.zip$/);
  const zip = await readFile(await download.path());

  await page.goto('/account');
  await page.getByRole('link', { name: 'Delete the account' }).click();
  await accessible(page);
  page.removeAllListeners('console'); // 422 and 401 are errors to the console.
  await page.getByLabel('To go on, type DELETE').fill('remove');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByLabel('To go on, type DELETE')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('To go on, type DELETE').fill('DELETE');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('It is deleted');
  await accessible(page);
  await logIn(page, email);
  await expect(page.getByRole('alert')).toContainText('No account has this address and this password.');

  await signUp(page);
  await page.getByRole('button', { name: 'New CV' }).first().click();
  const file = page.getByLabel(/from a file/i).locator('visible=true');
  await file.setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer: zip });
  await page.getByRole('button', { name: 'Import' }).locator('visible=true').click();
  await expect(page.getByText('Imported: 1 CV with their history')).toBeVisible();
  await expect(page.getByRole('link', { name: 'My CV' }).first()).toBeVisible();
});

test('a guest deletes everything', async ({ page, asGuest }) => {
  await asGuest(page);
  await page.goto('/resumes');
  await page.getByText('Leave', { exact: true }).click();
  await page.getByRole('link', { name: 'Delete them now' }).click();
  await page.getByLabel('To go on, type DELETE').fill('delete');
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('It is deleted');
});

test('what is kept is said on a page of its own', async ({ page, accessible }) => {
  await page.goto('/privacy');
  await expect(page.getByRole('table')).toHaveCount(3);
  await accessible(page);
});
