import stringWidth from 'string-width';

/** After these a long word may be broken. */
const seams = /(?<=[-/.,:;_=])/;

/** Puts a space into words that are longer than `width`, at a seam where there is one, so that the text can be wrapped. */
export function breakWords(text: string, width: number): string {
  return text.replaceAll(/\S+/g, (word) =>
    stringWidth(word) > width ? breakWord(word, width).join(' ') : word,
  );
}

/** The pieces of a word, each as long as it may be. */
function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const part of word.split(seams).flatMap((seamed) => cut(seamed, width))) {
    if (piece !== '' && stringWidth(piece + part) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += part;
  }
  return [...pieces, piece];
}

function cut(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text];
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (part !== '' && stringWidth(part + character) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}
