import { expect, test } from '../fixtures';
import { WebKit } from '../support/webkit';

// What Playwright's Chromium cannot show: here nothing is Secure on plain http, fields do not grow by themselves, and a
// browser that draws without a graphics card breaks down at what it cannot do.
test('a first use in WebKit: from the landing page to the editor, to the list, to the versions and back', async ({ baseURL }) => {
  test.slow();
  const webkit = await WebKit.start();
  try {
    await webkit.goto(`${baseURL}/`);
    await webkit.click('form[action="/guest"] button');
    await webkit.until('/^\\/resumes\\/\\d+$/.test(location.pathname)');
    const editor = await webkit.run<string>('return location.pathname');
    const saved = "document.querySelector('.bar__state')?.textContent";
    await webkit.type('[id="basics.name"]', 'Ana Pérez');
    await webkit.until(saved, 'Saved');

    expect(await webkit.run("return CSS.supports('field-sizing', 'content')"), 'what the fallback is for').toBe(false);
    const summary = `document.querySelector('.input--area')`;
    await webkit.type('.input--area', 'Brought the evening bake forward by two hours. '.repeat(12));
    await webkit.until(`${summary}.scrollHeight <= ${summary}.clientHeight + 1 && ${summary}.clientHeight > 150`);
    await webkit.until(saved, 'Saved');

    await webkit.click('.bar a[href="/resumes"]');
    await webkit.until('[location.pathname, document.readyState]', ['/resumes', 'complete']);
    await webkit.click(`.cv-card a[href="${editor}"]`);
    await webkit.until('location.pathname', editor);
    await webkit.click(`.bar a[href="${editor}/history"]`);
    await webkit.until('[location.pathname, document.readyState]', [`${editor}/history`, 'complete']);
    await webkit.click(`a[href="${editor}"]`);
    await webkit.until(`[location.pathname, document.getElementById('basics.name')?.value]`, [editor, 'Ana Pérez']);
  } finally {
    await webkit.end();
  }
});
