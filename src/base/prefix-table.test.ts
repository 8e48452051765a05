import t from 'tap';
import { type Prefix, PrefixTable, prefixOf } from './prefix-table.ts';

function tableOf(prefixes: readonly string[], other: string | null = null): PrefixTable<string> {
  const table = new PrefixTable<string>();
  table.other = other;
  for (const text of prefixes) {
    const [address = '', length = ''] = text.split('/');
    table.at(prefixOf(address, Number(length)) as Prefix, () => text);
  }
  return table;
}

t.test('the longest prefix wins, whatever the order', (t) => {
  const prefixes = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/32', '0.0.0.0/0', '2001:db8::/32', '2001:db8:1::/48', '::1/128'];
  for (const table of [tableOf(prefixes), tableOf(prefixes.toReversed())]) {
    t.equal(table.find('10.1.2.3'), '10.1.2.3/32');
    t.equal(table.find('10.1.2.4'), '10.1.0.0/16');
    t.equal(table.find('10.200.0.1'), '10.0.0.0/8');
    t.equal(table.find('11.0.0.1'), '0.0.0.0/0');
    t.equal(table.find('2001:db8:1::9'), '2001:db8:1::/48');
    t.equal(table.find('2001:db8:2::9'), '2001:db8::/32');
    t.equal(table.find('::1'), '::1/128');
    t.equal(table.find('::2'), null, 'every IPv4 address is no IPv6 address');
  }
  t.end();
});

t.test('what no prefix holds gets what is left over', (t) => {
  const table = tableOf(['10.0.0.0/8', '::ffff:10.0.0.0/104'], 'rest');
  t.equal(table.find('11.0.0.1'), 'rest');
  t.equal(table.find('::1'), 'rest');
  t.equal(table.find('/a/path'), 'rest');
  t.equal(table.find('::ffff:10.2.3.4'), '::ffff:10.0.0.0/104', 'a mapped address is an IPv6 address');
  t.equal(tableOf([], 'all').find('10.0.0.1'), 'all');
  t.equal(tableOf([]).find('10.0.0.1'), null);
  t.end();
});

t.test('bits behind the prefix do not matter, and a prefix has one value', (t) => {
  const table = tableOf(['10.1.2.3/8']);
  t.equal(table.find('10.200.0.1'), '10.1.2.3/8');
  t.equal(
    table.at(prefixOf('10.9.9.9', 8) as Prefix, () => 'another'),
    '10.1.2.3/8',
  );
  t.end();
});

t.test('a prefix has no more bits than the address', (t) => {
  t.match(prefixOf('10.0.0.1', 33), { length: 32 });
  t.equal(prefixOf('host', 8), null);
  t.match(prefixOf('::', 128), { length: 128 });
  t.end();
});
