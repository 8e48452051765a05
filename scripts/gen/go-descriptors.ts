import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { Source } from './roots.ts';

/** Downloads the modules through Go's module proxy and reads the descriptors in them, by proto file name. Needs `go`, compiles nothing. */
export function readDescriptors(sources: readonly Source[]): Map<string, FileDescriptorProto> {
  const folders = download(sources);
  const files = new Map<string, FileDescriptorProto>();
  for (const source of sources) {
    for (const folder of source.folders) collect(join(folders.get(source.module) ?? '', folder), files);
  }
  return files;
}

/** Module path → folder in the module cache. */
function download(sources: readonly Source[]): Map<string, string> {
  const scratch = mkdtempSync(join(tmpdir(), 'outrigger-gen-'));
  try {
    writeFileSync(join(scratch, 'go.mod'), 'module gen\n\ngo 1.24\n');
    const wanted = sources.map((s) => `${s.module}@${s.version}`);
    const out = execFileSync('go', ['mod', 'download', '-json', ...wanted], { cwd: scratch, encoding: 'utf8', maxBuffer: 1 << 26 });
    const folders = new Map<string, string>();
    // One JSON object after another, each closed by a brace in the first column.
    for (const text of out.split(/(?<=^\})\n/m)) {
      if (text.trim() === '') continue;
      const entry = JSON.parse(text) as { Path: string; Dir?: string; Error?: string };
      if (entry.Dir === undefined) throw new Error(`${entry.Path}: ${entry.Error ?? 'not downloaded'}`);
      folders.set(entry.Path, entry.Dir);
    }
    return folders;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function collect(folder: string, into: Map<string, FileDescriptorProto>): void {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path, into);
    else if (entry.name.endsWith('.pb.go')) {
      const bytes = rawDescriptor(readFileSync(path, 'utf8'));
      if (bytes === undefined) continue;
      const file = fromBinary(FileDescriptorProtoSchema, bytes);
      if (into.has(file.name)) throw new Error(`${file.name} comes from two modules; narrow a source's folders`);
      into.set(file.name, file);
    }
  }
}

/** The serialised FileDescriptorProto inside a file written by protoc-gen-go: a string constant, or (before 1.36) a byte slice. */
export function rawDescriptor(source: string): Buffer | undefined {
  const text = /^const file_\w+_rawDesc = "" \+\n((?:\t"(?:[^"\\]|\\.)*"(?: \+)?\n)+)/m.exec(source);
  if (text?.[1] !== undefined) return Buffer.concat(Array.from(text[1].matchAll(/"((?:[^"\\]|\\.)*)"/g), (m) => goString(m[1] ?? '')));
  const list = /^var file_\w+_rawDesc = (?:\[\]byte\{|string\(\[\]byte\{)\n([\s\S]*?)\n\}/m.exec(source);
  if (list?.[1] !== undefined) return Buffer.from(Array.from(list[1].matchAll(/0x([0-9a-f]{2})/g), (m) => Number.parseInt(m[1] ?? '', 16)));
  return undefined;
}

const simpleEscapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, '\\': 92, '"': 34, "'": 39 };

/** Bytes of an interpreted Go string literal (Go specification, "String literals"). */
function goString(literal: string): Buffer {
  const parts: Buffer[] = [];
  for (const [whole, mark] of literal.matchAll(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)|[^\\]+/gs)) {
    if (mark === undefined) parts.push(Buffer.from(whole, 'utf8'));
    else if (mark[0] === 'x') parts.push(Buffer.from([Number.parseInt(mark.slice(1), 16)]));
    else if (mark[0] === 'u' || mark[0] === 'U') parts.push(Buffer.from(String.fromCodePoint(Number.parseInt(mark.slice(1), 16)), 'utf8'));
    else if (/^[0-7]{3}$/.test(mark)) parts.push(Buffer.from([Number.parseInt(mark, 8)]));
    else {
      const code = simpleEscapes[mark];
      if (code === undefined) throw new Error(`mark \\${mark} in a Go string`);
      parts.push(Buffer.from([code]));
    }
  }
  return Buffer.concat(parts);
}
