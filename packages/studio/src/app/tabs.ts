import { h } from './element.ts';

/** One page of a panel. */
export interface Tab {
  readonly name: string;
  readonly title: string;
  readonly content: HTMLElement;
}

/** Tabs as screen readers and keyboards expect them: arrows move, one page is shown. */
export function tabs(list: readonly Tab[], onChange: (name: string) => void): HTMLElement {
  const buttons = list.map(({ name, title }) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${name}`,
        'aria-controls': `page-${name}`,
        onclick: () => show(name),
      },
      title,
    ),
  );
  const pages = list.map(({ name, content }) =>
    h(
      'div',
      {
        role: 'tabpanel',
        id: `page-${name}`,
        'aria-labelledby': `tab-${name}`,
        class: 'tab-page',
        tabindex: 0,
      },
      content,
    ),
  );
  function show(name: string): void {
    list.forEach((tab, i) => {
      const isShown = tab.name === name;
      buttons[i].setAttribute('aria-selected', String(isShown));
      buttons[i].tabIndex = isShown ? 0 : -1;
      pages[i].hidden = !isShown;
    });
    onChange(name);
  }
  const bar = h('div', { role: 'tablist', class: 'tabs' }, ...buttons);
  bar.addEventListener('keydown', ({ key }) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = buttons.findIndex((button) => button.getAttribute('aria-selected') === 'true');
    const next = (at + step + list.length) % list.length;
    show(list[next].name);
    buttons[next].focus();
  });
  show(list[0].name);
  return h('div', { class: 'tabbed' }, bar, ...pages);
}

/** A row of buttons of which one is pressed. */
export function segments<T extends string>(
  label: string,
  options: Readonly<Record<T, string>>,
  chosen: T,
  onChange: (name: T) => void,
): HTMLElement {
  const group = `segments-${label.replace(/\W+/g, '-').toLowerCase()}`;
  return h(
    'fieldset',
    { class: 'segments' },
    h('legend', {}, label),
    ...(Object.entries(options) as [T, string][]).map(([name, text]) =>
      h(
        'label',
        {},
        h('input', {
          type: 'radio',
          name: group,
          value: name,
          checked: name === chosen,
          onchange: () => onChange(name),
        }),
        h('span', {}, text),
      ),
    ),
  );
}

/** A slider with its label and its figure. */
export function slider(
  label: string,
  range: { readonly min: number; readonly max: number; readonly step: number; readonly value: number },
  onInput: (value: number) => void,
): { element: HTMLElement; set: (value: number) => void } {
  const figure = h('output', {}, range.value.toFixed(2));
  const input = h('input', { type: 'range', ...range, 'aria-label': label });
  const paint = () => {
    const share = (Number(input.value) - range.min) / (range.max - range.min);
    input.style.setProperty('--share', `${100 * share}%`);
    figure.textContent = Number(input.value).toFixed(2);
  };
  input.addEventListener('input', () => {
    paint();
    onInput(Number(input.value));
  });
  paint();
  return {
    element: h('label', { class: 'slider' }, h('span', {}, label), figure, input),
    set(value) {
      input.value = String(value);
      paint();
    },
  };
}
