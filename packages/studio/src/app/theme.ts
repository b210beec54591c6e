import { h, ICONS, icon } from './element.ts';

const KEY = 'ganfit-theme';
const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const LABELS: Readonly<Record<Theme, string>> = {
  auto: 'Colours as the system has them',
  light: 'Light colours',
  dark: 'Dark colours',
};

const DRAWINGS: Readonly<Record<Theme, string>> = { auto: ICONS.auto, light: ICONS.sun, dark: ICONS.moon };

/** The button that goes from the system's colours to light to dark. */
export function themeButton(): HTMLButtonElement {
  let theme = THEMES.find((name) => name === remembered(KEY)) ?? 'auto';
  const button = h('button', { class: 'quiet round', type: 'button' });
  const show = () => {
    if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.dataset['theme'] = theme;
    button.replaceChildren(icon(DRAWINGS[theme]));
    button.setAttribute('aria-label', LABELS[theme]);
    button.title = LABELS[theme];
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember(KEY, theme);
    show();
  });
  show();
  return button;
}

/** A setting from an earlier visit. Browsers may forbid to keep any. */
export function remembered(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a setting for the next visit, where the browser allows it. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it holds for this visit.
  }
}
