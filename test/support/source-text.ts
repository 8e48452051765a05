/** A TypeScript file taken apart far enough for the architecture test: no types, no tree. */
export interface SourceText {
  /** The text with comments and the inside of string literals blanked; every line stays where it was. */
  readonly code: string;
  /** String and template literals (the pieces between `${}`), with the line (from 1) where each starts. */
  readonly strings: readonly { readonly text: string; readonly line: number }[];
  /** Module specifiers with the line of the import, and how it is written. */
  readonly imports: readonly Import[];
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `static` runs at load; `type` is erased; `dynamic` is `import()` of a literal. */
  readonly kind: 'static' | 'type' | 'dynamic';
}

/** A slash after one of these starts a regular expression; after anything else it divides. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%<>~^\n]|\b(?:return|typeof|case|in|of|do|else|void|delete|yield|await))\s*$/;

export function parseSource(text: string): SourceText {
  const strings: { text: string; line: number; start: number }[] = [];
  let code = '';
  let line = 1;
  let i = 0;
  /** Depth of braces inside each open template substitution. */
  const templates: number[] = [];

  const blank = (piece: string): void => {
    code += piece.replace(/[^\n]/g, ' ');
    line += piece.split('\n').length - 1;
    i += piece.length;
  };
  /** Consumes a literal's body up to (not including) what `end` matches. */
  const literal = (end: RegExp): void => {
    end.lastIndex = i;
    const stop = end.exec(text)?.index ?? text.length;
    strings.push({ text: text.slice(i, stop), line, start: code.length });
    blank(text.slice(i, stop));
  };
  const keep = (piece: string): void => {
    code += piece;
    line += piece.split('\n').length - 1;
    i += piece.length;
  };
  const template = (): void => {
    literal(/(?<!(?<!\\)(?:\\\\)*\\)(?:`|\$\{)/g);
    if (text[i] === '`') keep('`');
    else if (i < text.length) {
      keep('${');
      templates.push(0);
    }
  };

  while (i < text.length) {
    const two = text.slice(i, i + 2);
    const char = text[i] ?? '';
    if (two === '//') blank(/[^\n]*/y.exec(text.slice(i))?.[0] ?? two);
    else if (two === '/*') blank(/\/\*[\s\S]*?(?:\*\/|$)/y.exec(text.slice(i))?.[0] ?? two);
    else if (char === "'" || char === '"') {
      keep(char);
      literal(char === "'" ? /(?<!(?<!\\)(?:\\\\)*\\)['\n]/g : /(?<!(?<!\\)(?:\\\\)*\\)["\n]/g);
      if (text[i] === char) keep(char);
    } else if (char === '`') {
      keep('`');
      template();
    } else if (char === '/' && beforeRegex.test(code.slice(-40))) {
      blank(/\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*|./y.exec(text.slice(i))?.[0] ?? '/');
    } else {
      const open = templates.length - 1;
      if (char === '{' && open >= 0) templates[open] = (templates[open] ?? 0) + 1;
      if (char === '}' && open >= 0) {
        if (templates[open] === 0) {
          templates.pop();
          keep('}');
          template();
          continue;
        }
        templates[open] = (templates[open] ?? 0) - 1;
      }
      keep(char);
    }
  }
  return { code, strings, imports: findImports(code, strings) };
}

function findImports(code: string, strings: readonly { text: string; line: number; start: number }[]): Import[] {
  const byStart = new Map(strings.map((s) => [s.start, s]));
  const found: Import[] = [];
  const add = (start: number, kind: Import['kind']): void => {
    const specifier = byStart.get(start);
    if (specifier !== undefined) found.push({ specifier: specifier.text, line: specifier.line, kind });
  };
  for (const m of code.matchAll(/\b(?:import|export)\b(\s+type\b)?(?:[\s\w$*,]|\{[^}]*\})*?\bfrom\s*['"]/g)) {
    add(m.index + m[0].length, m[1] === undefined && !onlyTypes(m[0]) ? 'static' : 'type');
  }
  for (const m of code.matchAll(/\bimport\s*['"]/g)) add(m.index + m[0].length, 'static');
  for (const m of code.matchAll(/(\btypeof\s+)?\bimport\s*\(\s*['"`]/g))
    add(m.index + m[0].length, m[1] === undefined ? 'dynamic' : 'type');
  return found;
}

/** `import { type A, type B } from`: erased names only. The module itself is still loaded, but it is no use of its values. */
function onlyTypes(statement: string): boolean {
  const list = /^import\s*\{([^}]*)\}/.exec(statement)?.[1];
  return list?.split(',').every((name) => name.trim() === '' || /^\s*type\s/.test(name)) ?? false;
}
