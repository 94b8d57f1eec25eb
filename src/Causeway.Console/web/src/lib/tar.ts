const block = 512;

/** The parts of one export, sent one by one, would take each other's place: behind one another, as tar writes them (POSIX ustar), they are one. The same files make the same bytes. */
export function archive(files: readonly File[]): Blob {
  const sorted = [...files].sort((one, other) => (one.name < other.name ? -1 : 1));
  return new Blob([...sorted.flatMap((file) => [header(file), file, new Uint8Array((block - (file.size % block)) % block)]), new Uint8Array(2 * block)]);
}

function header(file: File): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(block);
  const encoder = new TextEncoder();
  const put = (at: number, text: string) => bytes.set(encoder.encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  bytes.set(encoder.encode(file.name).slice(-100)); // A name that is too long loses its beginning.
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(file.size, 11)}\0`);
  put(136, `${octal(0, 11)}\0`);
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\x0000");
  put(148, `${octal(bytes.reduce((sum, one) => sum + one, 0), 6)}\0 `);
  return bytes;
}
