import { describe, expect, it } from '@jest/globals';
import { parseForm } from './form.ts';

const read = (text: string) => JSON.parse(JSON.stringify(parseForm(text)));

describe('form encoding', () => {
  it('reads hashes, lists with and without numbers, and lists of hashes', () => {
    expect(read('a=1&b[c]=x+y&b[d][e]=%C3%A9')).toEqual({ a: '1', b: { c: 'x y', d: { e: 'é' } } });
    expect(read('l[]=a&l[]=b&m[0]=c&m[1]=d')).toEqual({ l: { 0: 'a', 1: 'b' }, m: { 0: 'c', 1: 'd' } });
    expect(read('i[][p]=1&i[][q]=2&i[][p]=3')).toEqual({ i: { 0: { p: '1', q: '2' }, 1: { p: '3' } } });
    expect(read('')).toEqual({});
  });

  it('takes prototype names as plain names', () => {
    expect(Object.keys(parseForm('__proto__[x]=1&constructor=2'))).toEqual(['__proto__', 'constructor']);
    expect(({} as { x?: string }).x).toBeUndefined();
  });

  it('refuses broken encoding and endless nesting', () => {
    expect(() => parseForm('a=%E0%A4%A')).toThrow('not properly URL-encoded');
    expect(() => parseForm(`a${'[b]'.repeat(20)}=1`)).toThrow('nested too deeply');
  });
});
