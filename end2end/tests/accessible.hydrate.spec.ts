import { expect, test } from '../fixtures';

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${scheme}`, async ({ page, accessible, asGuest }) => {
    test.slow(); // axe reads every element of a dozen pages.
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const path of ['/', '/templates', '/privacy', '/login', '/signup']) {
      await page.goto(path);
      await accessible(page);
    }
    await asGuest(page);
    await expect(page.getByLabel('Name', { exact: true })).toBeEnabled();
    await accessible(page);
    const editor = page.url();
    await page.getByRole('button', { name: 'Design' }).click();
    await accessible(page);
    for (const path of ['/resumes', `${editor}/archive`]) {
      await page.goto(path);
      await accessible(page);
    }
    page.removeAllListeners('console');
    await page.goto('/signup');
    for (const password of ['too short', 'correct horse battery staple']) {
      await page.getByLabel('E-mail').fill(`axe-${scheme}-${Date.now()}@example.org`);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.waitForLoadState();
      await accessible(page);
    }
    await page.goto('/account');
    await accessible(page);
    await page.goto('/nowhere');
    await accessible(page);
  });
}

test('only the editor loads wasm', async ({ page, asGuest }) => {
  const loaded: string[] = [];
  page.on('request', (request) => /\.(wasm|js)(\?|$)/.test(request.url()) && loaded.push(request.url()));
  for (const path of ['/', '/templates', '/privacy']) await page.goto(path);
  expect(loaded).toEqual([]);
  await asGuest(page);
  await expect(page.getByLabel('Name', { exact: true })).toBeEnabled();
  expect(loaded.some((url) => url.endsWith('.wasm'))).toBe(true);
  await page.goto('/resumes');
  loaded.length = 0;
  await page.reload();
  expect(loaded).toEqual([]);
});
