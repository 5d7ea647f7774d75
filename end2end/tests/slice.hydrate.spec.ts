import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { Server } from '../support/server';

const RESUME = '../tests/fixtures/complete-resume.json';

test('from the landing page to an archived PDF, which is there after the server was restarted', async ({ page, asGuest, accessible }) => {
  test.slow();
  const server = await Server.start();
  await asGuest(page, server.url);
  await accessible(page);

  await page.goto(`${server.url}/resumes`);
  await page.getByRole('button', { name: 'New CV' }).first().click();
  await page.getByLabel(/from a file/i).setInputFiles(RESUME);
  await page.getByRole('button', { name: 'Import' }).click();
  await page.waitForURL(/\/resumes$/);
  await accessible(page);
  await page.getByRole('link', { name: 'Jane Developer' }).first().click();

  const headline = page.getByLabel('Headline');
  await expect(headline).toBeEnabled();
  await expect(page.getByRole('article', { name: /Page 1 of/ })).toContainText('Jane Developer');
  await headline.fill('Cartographer of archipelagos');
  await expect(page.getByRole('article', { name: /Page 1 of/ })).toContainText('Cartographer of archipelagos');
  await expect(page.getByRole('status').first()).toHaveText('Saved');
  await accessible(page);

  await page.reload();
  await expect(page.getByLabel('Headline')).toHaveValue('Cartographer of archipelagos');

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /PDF/ }).first().click()]);
  const downloaded = readFileSync(await download.path());
  expect(downloaded.subarray(0, 5).toString()).toBe('%PDF-');

  await page.getByRole('button', { name: /^Archive/ }).click();
  await expect(page.getByText('This version is in the archive.')).toBeVisible();
  await page.goto(page.url() + '/archive');
  await accessible(page);
  const [archived] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Download/ }).first().click()]);
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  expect(hash(readFileSync(await archived.path()))).toBe(hash(downloaded));

  const archive = page.url();
  await page.goto('about:blank');
  await server.restart();
  await page.goto(`${server.url}/resumes`);
  await page.getByRole('link', { name: 'Jane Developer' }).first().click();
  await expect(page.getByLabel('Headline')).toHaveValue('Cartographer of archipelagos');
  await expect(page.getByRole('article', { name: /Page 1 of/ })).toContainText('Cartographer of archipelagos');
  await page.goto(archive);
  const [again] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Download/ }).first().click()]);
  expect(hash(readFileSync(await again.path()))).toBe(server.query("select sha256 from archives where state = 'ready'"));
  await page.goto('about:blank');
  await server.end();
});

test('an employer with a role and bullets, written by keyboard', async ({ page, asGuest }) => {
  await asGuest(page);
  await expect(page.getByLabel('Name', { exact: true })).toBeEnabled();
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Add employer' }).click();
  await page.getByRole('textbox', { name: 'Employer', exact: true }).fill('Analytical Engines');
  await page.getByLabel('Role', { exact: true }).fill('Programmer');
  await page.getByLabel('When').first().fill('mar 1842 - 1843');
  await page.getByLabel('When').first().blur();
  await expect(page.getByText('March 1842 – 1843')).toBeVisible();
  await page.getByRole('button', { name: 'Add bullet' }).first().click();
  await page.getByRole('textbox', { name: 'Bullet 1' }).fill('Wrote the first program');
  await page.getByRole('textbox', { name: 'Bullet 1' }).press('Enter');
  await page.getByRole('textbox', { name: 'Bullet 2' }).fill('Saw what engines could be');
  await page.getByRole('textbox', { name: 'Bullet 2' }).press('Alt+ArrowUp');
  const sheet = page.getByRole('article', { name: /Page 1/ });
  await expect(sheet).toContainText('Analytical Engines');
  await expect(sheet).toContainText(/Saw what engines could be[\s\S]*Wrote the first program/);
  await expect(page.getByRole('status').first()).toHaveText('Saved');
  await page.reload();
  await expect(page.getByRole('article', { name: /Page 1/ })).toContainText('Analytical Engines');
});

test('undo brings back what was removed', async ({ page, asGuest }) => {
  await asGuest(page);
  const name = page.getByLabel('Name', { exact: true });
  await expect(name).toBeEnabled();
  await name.fill('Grace Hopper');
  await expect(page.getByRole('article', { name: /Page 1/ })).toContainText('Grace Hopper');
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(name).toHaveValue('');
  await page.getByRole('button', { name: /^Redo/ }).click();
  await expect(name).toHaveValue('Grace Hopper');
});

test('a date that makes no sense is named at its field and kept', async ({ page, asGuest }) => {
  await asGuest(page);
  await page.getByRole('button', { name: 'Add employer' }).click();
  const when = page.getByLabel('When').first();
  await when.fill('some day');
  await when.blur();
  await expect(when).toHaveAttribute('aria-invalid', 'true');
  await expect(when).toHaveValue('some day');
  await expect(page.getByRole('status').first()).toHaveText('Saved, but for a date');
  // It is still there when its entry was closed and opened again.
  const entry = page.locator('.entry__toggle');
  await entry.click();
  await expect(when).toBeHidden();
  await entry.click();
  await expect(when).toHaveValue('some day');
  await when.fill('2019');
  await when.fill('2019 or so');
  await expect(page.getByText('On the page it still says: 2019')).toBeVisible();
  await when.fill('2019');
  await expect(page.getByRole('status').first()).toHaveText('Saved');
});

test('nothing moves away from under the pointer', async ({ page, asGuest }) => {
  await asGuest(page);
  await page.getByRole('button', { name: 'Add employer' }).click();
  const add = page.getByRole('button', { name: 'Add bullet' }).first();
  await add.click();
  await page.getByRole('textbox', { name: 'Bullet 1' }).fill('One');
  const place = (await add.boundingBox())!;
  await page.mouse.move(place.x + 20, place.y + place.height - 4);
  await page.mouse.down();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  // The button itself goes down a little when it is pressed.
  expect(Math.abs((await add.boundingBox())!.y - place.y)).toBeLessThan(3);
  await page.mouse.up();
  await expect(page.getByRole('textbox', { name: 'Bullet 2' })).toBeFocused();
});

test('bold comes and goes, and a key that changes nothing takes no redo away', async ({ page, asGuest }) => {
  await asGuest(page);
  await page.getByRole('button', { name: 'Add employer' }).click();
  await page.getByRole('button', { name: 'Add bullet' }).first().click();
  const bullet = page.getByRole('textbox', { name: 'Bullet 1' });
  await bullet.fill('led a team');
  await bullet.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(4, 10));
  await bullet.press('Control+b');
  await expect(bullet).toHaveValue('led **a team**');
  await bullet.press('Control+b');
  await expect(bullet).toHaveValue('led a team');
  await bullet.press('Control+z');
  const redo = page.getByRole('button', { name: /^Redo/ });
  await expect(redo).toBeEnabled();
  await bullet.press('Alt+ArrowUp');
  await expect(redo).toBeEnabled();
});

test('text that was never saved is kept until somebody chooses', async ({ page, asGuest, context }) => {
  await asGuest(page);
  const address = page.url();
  await expect(page.getByLabel('Headline')).toBeEnabled();
  page.removeAllListeners('console');
  await context.setOffline(true);
  await page.getByLabel('Headline').fill('Written on a train');
  await expect(page.getByRole('status').first()).toHaveText(/^Not saved/);
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);

  // Whatever is written and saved meanwhile, here or in another tab.
  const here = await context.newPage();
  await here.goto(address);
  const offer = here.getByText('never saved');
  await expect(offer).toBeVisible();
  await here.getByLabel('Phone').fill('+44 20 7946 0000');
  await expect(here.getByRole('status').first()).toHaveText('Saved');
  const there = await context.newPage();
  await there.goto(address);
  await there.getByLabel('Website').fill('example.org');
  await expect(there.getByRole('status').first()).toHaveText('Saved');
  await here.reload();
  await expect(offer).toBeVisible();
  await here.getByRole('button', { name: 'Restore it' }).click();
  await expect(here.getByLabel('Headline')).toHaveValue('Written on a train');
  await expect(offer).toBeHidden();
});

test('an earlier version is brought back', async ({ page, asGuest, accessible }) => {
  await asGuest(page);
  const headline = page.getByLabel('Headline');
  await headline.fill('Cartographer');
  await expect(page.getByRole('status').first()).toHaveText('Saved');
  await page.getByRole('link', { name: 'Versions' }).click();
  await expect(page.getByRole('heading', { name: 'Versions' })).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Bring back version 1' }).click();
  await expect(page.getByText('Version 1 is back.')).toBeVisible();
  await page.getByRole('link', { name: 'My CV' }).click();
  await expect(page.getByLabel('Headline')).toHaveValue('');
});

test('offline: it says so, keeps the text and saves it later', async ({ page, asGuest, context }) => {
  await asGuest(page);
  const name = page.getByLabel('Name', { exact: true });
  await expect(name).toBeEnabled();
  // A request that cannot be sent is an error in the console of every browser; here it is expected.
  page.removeAllListeners('console');
  await context.setOffline(true);
  await name.fill('Typed on a train');
  await expect(page.getByRole('status').first()).toHaveText(/^Not saved/);
  await context.setOffline(false);
  await expect(page.getByRole('status').first()).toHaveText('Saved', { timeout: 20_000 });
  await page.reload();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Typed on a train');
});

test('changed in two tabs: neither text is lost unseen', async ({ page, asGuest, context }) => {
  await asGuest(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('Name', { exact: true }).fill('From the other tab');
  await expect(other.getByRole('status').first()).toHaveText('Saved');
  page.removeAllListeners('console');
  await page.getByLabel('Name', { exact: true }).fill('From this tab');
  await expect(page.getByRole('button', { name: 'Keep mine' })).toBeVisible();
  const sheet = page.getByRole('article', { name: /Page 1/ });
  await expect(sheet).toContainText('From this tab');
  await page.getByRole('button', { name: 'Show theirs' }).click();
  await expect(sheet).toContainText('From the other tab');
  await expect(page.getByText('These are the pages of the text from elsewhere.')).toBeVisible();
  await page.getByRole('button', { name: 'Show mine' }).click();
  await expect(sheet).toContainText('From this tab');
  await page.getByRole('button', { name: 'Use theirs' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('From the other tab');
  await expect(page.getByRole('region', { name: 'Text' })).toBeFocused();
});

test('template and colour change the page', async ({ page, asGuest }) => {
  await asGuest(page);
  // A CV with skills: only in what stands beside the text do the two templates differ.
  await page.getByRole('button', { name: 'Start from a sample' }).click();
  const sheet = page.getByRole('article', { name: /Page 1/ });
  await expect(sheet).toContainText('Marguerite Okafor');
  await expect(page.getByLabel('Name', { exact: true })).toBeEnabled();
  const before = await sheet.innerHTML();
  await page.getByRole('button', { name: 'Design' }).click();
  await page.getByRole('radio', { name: /Margin/ }).first().check();
  await expect.poll(() => sheet.innerHTML()).not.toBe(before);
});
