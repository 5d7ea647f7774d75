import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

type Fixtures = {
  /** Fails the test on anything that the console calls an error. */
  quietConsole: void;
  /** Fails unless axe finds nothing wrong with the page as it is. */
  accessible: (page: Page) => Promise<void>;
  /** Starts as a guest, of the server under test or another: the editor of a first, empty CV. */
  asGuest: (page: Page, server?: string) => Promise<void>;
};

export const test = base.extend<Fixtures>({
  quietConsole: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      await use();
      expect(errors, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
  accessible: async ({ javaScriptEnabled }, use) => {
    await use(async (page) => {
      if (javaScriptEnabled === false) return; // axe is a script; the other project runs it.
      const results = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      const found = results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(', ')}`);
      expect(found, 'what axe finds').toEqual([]);
    });
  },
  asGuest: async ({}, use) => {
    await use(async (page, server = '') => {
      await page.goto(`${server}/`);
      await page.getByRole('button', { name: /no account needed/i }).first().click();
      await page.waitForURL(/\/resumes\/\d+$/);
    });
  },
});

export { expect };
