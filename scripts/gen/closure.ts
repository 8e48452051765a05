import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';

/** The files that `roots` name and everything they import, each after what it imports, in an order that does not depend on the reading order. */
export function closure(files: ReadonlyMap<string, FileDescriptorProto>, roots: readonly string[]): FileDescriptorProto[] {
  const names = [...files.keys()].sort();
  const wanted = new Set<string>();
  for (const root of roots) {
    const hits = root.endsWith('.proto')
      ? names.filter((name) => name === root)
      : names.filter((name) => name.startsWith(root) && !/v\d+alpha/.test(name.slice(root.length)));
    if (hits.length === 0) throw new Error(`no descriptor for ${root}`);
    for (const hit of hits) wanted.add(hit);
  }
  const order: FileDescriptorProto[] = [];
  const seen = new Set<string>();
  const visit = (name: string, from: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const file = files.get(name);
    if (file === undefined) throw new Error(`${from} imports ${name}, which no source holds`);
    for (const dependency of file.dependency) visit(dependency, name);
    order.push(file);
  };
  for (const name of [...wanted].sort()) visit(name, 'roots');
  return order;
}
