import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';

// What stands between editor and server: lines that die, proxies that answer, tabs that nobody looks at.

const state = (page: Page) => page.getByRole('status').first();

/** A tab that is looked at or not; a browser without a window never says so by itself. */
const look = (page: Page, hidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);

test.beforeEach(({ page }) => {
  // A request that fails is an error in the console of every browser; here they are expected.
  page.on('load', () => page.removeAllListeners('console'));
});

test('what was typed right before a reload is there after it', async ({ page, asGuest }) => {
  await asGuest(page);
  const name = page.getByLabel('Name', { exact: true });
  await expect(name).toBeEnabled();
  await name.pressSequentially('Ada Lovelace');
  await page.reload();
  await expect(name).toHaveValue('Ada Lovelace');
  await expect(page.getByRole('article', { name: /Page 1/ })).toContainText('Ada Lovelace');
  await expect(page.getByText('There is newer text in this browser')).toBeHidden();
  await page.getByLabel('Headline').fill('Mathematician');
  await expect(state(page)).toHaveText('Saved');
  await page.reload();
  await expect(name).toHaveValue('Ada Lovelace');
  await expect(page.getByLabel('Headline')).toHaveValue('Mathematician');
});

test('a line that died is given up, and the text is sent again', async ({ page, asGuest }) => {
  await page.clock.install();
  await asGuest(page);
  const headline = page.getByLabel('Headline');
  await expect(headline).toBeEnabled();
  let asked = 0;
  await page.route('**/save_resume*', () => { asked += 1; }, { times: 1 });
  await headline.fill('Typed in a tunnel');
  await expect.poll(() => asked).toBe(1);
  await expect(state(page)).toHaveText('Saving…');
  await page.clock.fastForward(41_000);
  await expect(state(page)).toHaveText('Saved', { timeout: 15_000 });
  await page.reload();
  await expect(headline).toHaveValue('Typed in a tunnel');
});

test('who answers for the server is not taken for a new version of it', async ({ page, asGuest }) => {
  await asGuest(page);
  const headline = page.getByLabel('Headline');
  await expect(headline).toBeEnabled();
  await page.route('**/save_resume*', (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }), { times: 1 });
  await headline.fill('Typed during a restart');
  await expect(state(page)).toHaveText(/^Not saved/);
  await expect(state(page)).toHaveText('Saved', { timeout: 15_000 });
  await expect(page.getByText('There is a new version of Vitae.')).toBeHidden();
});

test('more than the server takes is told, and saved when it is less', async ({ page, asGuest }) => {
  await asGuest(page);
  const headline = page.getByLabel('Headline');
  await expect(headline).toBeEnabled();
  await headline.fill('x'.repeat(1_100_000));
  await expect(page.getByText(/That is larger than the \d+ bytes that fit/).first()).toBeVisible();
  await headline.fill('Cartographer');
  await expect(state(page)).toHaveText('Saved');
  await page.reload();
  await expect(headline).toHaveValue('Cartographer');
});

test('pages that failed while nobody looked are there when somebody does', async ({ page, asGuest }) => {
  await page.clock.install();
  await asGuest(page);
  const headline = page.getByLabel('Headline');
  await expect(headline).toBeEnabled();
  await page.route('**/preview_resume*', (route) => route.fulfill({ status: 502, body: 'Bad gateway' }));
  await headline.fill('Cartographer');
  const trouble = page.getByText('The server cannot be reached.');
  await expect(trouble).toBeVisible();
  await expect(state(page)).toHaveText('Saved');
  await look(page, true);
  await page.clock.fastForward(11_000);
  await page.unroute('**/preview_resume*');
  await expect(trouble).toBeVisible();
  await look(page, false);
  await expect(trouble).toBeHidden();
  await expect(page.getByRole('article', { name: /Page 1/ })).toContainText('Cartographer');
});
