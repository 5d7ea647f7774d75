// Comfort on pages that work without any script: nothing here is needed.

// What is typed as a password can be looked at. It is a password again when it is sent, so that browsers keep it as one.
for (const input of document.querySelectorAll('input[type="password"]')) {
  const box = document.createElement('div');
  const button = document.createElement('button');
  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="/icons.svg#${shown ? 'eye-off' : 'eye'}"></use></svg>`;
  };
  box.className = 'reveal';
  button.className = 'button button--quiet button--icon reveal__button';
  button.type = 'button';
  button.title = 'Show what is typed';
  button.setAttribute('aria-label', button.title);
  button.setAttribute('aria-controls', input.id);
  const focused = document.activeElement === input;
  input.spellcheck = false;
  input.autocapitalize = 'none';
  input.replaceWith(box);
  box.append(input, button);
  if (focused) input.focus();
  show(false);
  button.addEventListener('click', () => show(input.type === 'password'));
  input.form?.addEventListener('submit', () => show(false));
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
