/** The words of a page: `<template data-word="sent">…</template>`, so that there is one translation catalogue. */
export type Say = (word: string, values?: Record<string, string | number>) => string;

/** Reads words from the templates inside an element; `{name}` is filled in. An unknown word is empty. */
export function wordsIn(root: ParentNode): Say {
  return (word, values = {}) => {
    const template = root.querySelector<HTMLTemplateElement>(`template[data-word="${word}"]`);
    const text = template?.content.textContent.trim() ?? "";
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

/** Sets text only when it changes, so that a live region speaks once. */
export function setText(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
