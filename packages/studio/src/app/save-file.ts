import type { NamedFile } from '../protocol.ts';

/** Hands a file to the visitor's downloads. */
export function saveFile({ name, content }: NamedFile): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser must have begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
