import fc from 'fast-check';
import { parseTolerantly } from './tolerant-json.ts';

test('whatever is JSON is read as JSON.parse reads it', () => {
  fc.assert(fc.property(fc.json(), (text) => expect(parseTolerantly(text)).toEqual(JSON.parse(text))));
});

test.each([
  ['{"a":1,}', { a: 1 }],
  ['[1,,2,]', [1, 2]],
  ["{'a':'it''s'}", { a: "it''s" }],
  ["{a: 'b', c: .5}", { a: 'b', c: 0.5 }],
  ['{"a":"one\ntwo"}', { a: 'one two' }],
  ['{"a":"a 5" screen","b":2}', { a: 'a 5" screen', b: 2 }],
  ['{"a":"say "yes" now"}', { a: 'say "yes" now' }],
  ['{"a":1} {"b":2}', [{ a: 1 }, { b: 2 }]],
  ['{"a":1},{"b":2},', [{ a: 1 }, { b: 2 }]],
  ['// x\n{"a":/* y */1}', { a: 1 }],
  ['/*<![CDATA[*/{"a":1}/*]]>*/', { a: 1 }],
  ['{"a":undefined,"b":NaN}', { a: null, b: null }],
  ['{"a":getName()}', undefined],
  ['{"a":', undefined],
  ['', undefined],
  ['hello', undefined],
])('%s', (text, expected) => {
  expect(parseTolerantly(text)).toEqual(expected);
});

test('a name that objects have by themselves is a name like others', () => {
  expect(Object.keys(parseTolerantly('{"__proto__":{"a":1},}') as object)).toEqual(['__proto__']);
  expect(({} as { a?: unknown }).a).toBeUndefined();
});

test('neither depth nor length ends it', () => {
  for (const text of [
    '['.repeat(1_000_000),
    '{"a":'.repeat(300_000),
    `"${'\\'.repeat(1_000_000)}`,
    '/*'.repeat(500_000),
  ])
    expect(parseTolerantly(text)).toBeUndefined();
});
