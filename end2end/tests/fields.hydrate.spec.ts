import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures';

const LONG = 'Brought the evening bake forward by two hours without a single night shift more, and wrote down how. ';

/** The style sheets as a browser understands them that knows nothing of `field-sizing`. */
const withoutFieldSizing = (page: Page) =>
  page.route('**/*.css', async (route) => {
    const css = await (await route.fetch()).text();
    await route.fulfill({ contentType: 'text/css', body: css.replaceAll('field-sizing', 'unheard-of') });
  });

/** How much of its text a field hides, in pixels: below its edge and beyond its end. (Both are whole numbers.) */
const hidden = (field: Locator) =>
  field.evaluate((it) => [it.scrollHeight - it.clientHeight, it.scrollWidth - it.clientWidth].map((more) => Math.max(0, more - 1)));

for (const width of [1440, 390]) {
  test(`where fields cannot grow by themselves they show all the same what is in them, ${width} px wide`, async ({ page, asGuest }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ reducedMotion: 'reduce' }); // Pages whose style sheet comes late do not become one another.
    await withoutFieldSizing(page);
    await asGuest(page);
    const heading = page.getByRole('textbox', { name: 'Heading on the page' }).first();
    await expect(heading).toBeEnabled();
    if (width > 760) {
      await heading.fill('What I have done and would do again');
      await page.getByLabel('Name of this CV').fill('For the mill in Bristol, second try');
      expect(await hidden(heading)).toEqual([0, 0]);
      expect(await hidden(page.getByLabel('Name of this CV'))).toEqual([0, 0]);
    }

    const summary = page.getByRole('textbox', { name: 'Text', exact: true });
    await summary.fill(`${LONG.repeat(4)}\n\nAnd another paragraph.\n`);
    await expect.poll(() => hidden(summary)).toEqual([0, 0]);

    await page.getByRole('button', { name: 'Add employer' }).click();
    await page.getByRole('button', { name: 'Add bullet' }).first().click();
    const bullet = page.getByRole('textbox', { name: 'Bullet 1', exact: true });
    const height = async () => (await bullet.boundingBox())!.height;
    const line = await height();
    expect(line).toBeLessThan(50);
    await bullet.fill(LONG.repeat(3));
    await expect.poll(height).toBeGreaterThan(2 * line);
    expect(await hidden(bullet)).toEqual([0, 0]);
    // A word that is longer than the line is broken in both.
    await bullet.fill(`${'x'.repeat(300)}\nand a line`);
    await expect.poll(() => hidden(bullet)).toEqual([0, 0]);
    // What changes it without being typed there: a bullet that is cut in two, and undo.
    await bullet.fill(LONG.repeat(4));
    const tall = await height();
    await bullet.press('Control+Home');
    await bullet.press('Enter');
    await expect.poll(async () => (await page.getByRole('textbox', { name: 'Bullet 2' }).boundingBox())?.height ?? 0).toBeGreaterThan(line);
    await page.keyboard.press('Control+z');
    await expect.poll(height).toBe(tall);
    await bullet.fill('Short again');
    await expect.poll(height).toBe(line);
  });
}

test('what a file filled beyond what is asked for can be seen and changed', async ({ page, asGuest }) => {
  await asGuest(page);
  const id = Number(page.url().split('/').pop());
  const award = { id: 2, name: 'Golden Whisk', level: 'Planted high', location: 'Planted in Porto', keywords: ['planted', 'words'], roles: [{ id: 3, title: 'Planted role' }] };
  const document = {
    schema_version: 1,
    next_id: 6,
    sections: [
      { id: 1, kind: 'awards', text: 'Planted before them', entries: [award] },
      { id: 4, kind: 'summary', entries: [{ id: 5, name: 'Planted below' }] },
    ],
  };
  const request = { id, base_revision: 1, save_id: 'planted', document };
  const saved = await page.evaluate(
    async (request) => (await fetch('/api/save_resume', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ request }) })).status,
    request,
  );
  expect(saved).toBe(200);
  await page.reload();
  const sheet = page.getByRole('article', { name: /Page 1/ });
  await expect(sheet).toContainText('Planted in Porto');
  await expect(page.getByLabel('Headline')).toBeEnabled();

  await expect(page.getByRole('textbox', { name: 'Text', exact: true }).first()).toHaveValue('Planted before them');
  await page.getByRole('button', { name: /^Golden Whisk/ }).click();
  await expect(page.getByLabel('Role', { exact: true })).toHaveValue('Planted role');
  await expect(page.getByLabel('Level', { exact: true })).toHaveValue('Planted high');
  await expect(page.getByLabel('Keywords', { exact: true })).toHaveValue('planted, words');
  const place = page.getByLabel('Place', { exact: true });
  await expect(place).toHaveValue('Planted in Porto');
  await place.fill('');
  await expect(sheet).not.toContainText('Planted in Porto');
  await page.getByRole('button', { name: /^Planted below/ }).click();
  await page.getByLabel('Title', { exact: true }).fill('Changed');
  await expect(sheet).toContainText('Changed');
});
