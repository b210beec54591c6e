/** What fills the page between header and bottom. */
export interface Screen {
  readonly element: HTMLElement;
  /** Title of the page. */
  readonly title: string;
  /** Called when the element stands in the page. */
  readonly enter?: () => void;
  /** Called when it goes. */
  readonly leave?: () => void;
}
