/** A file that a handler answers with instead of JSON. */
export class Download {
  readonly text: string;
  /** Its content type. */
  readonly type: string;
  readonly fileName: string;

  constructor({ text, type, fileName }: Pick<Download, 'text' | 'type' | 'fileName'>) {
    this.text = text;
    this.type = type;
    this.fileName = fileName;
  }
}
