import { expect, it } from '@jest/globals';
import { nextPosition, planUrls, roomFor } from './plan-images.ts';

const image = (id: string, position: number, url: string | null = `https://x.example/${id}`, status = 'ready') => ({
  id,
  source_url: url,
  status,
  alt: '',
  position,
});
const wants = (...ids: string[]) => ids.map((id) => ({ url: `https://x.example/${id}` }));

it('new addresses stand behind what is there', () => {
  const plan = planUrls([image('up', 4, null)], wants('a', 'b'));
  expect(plan).toEqual({
    add: [
      { url: 'https://x.example/a', alt: '', position: 5 },
      { url: 'https://x.example/b', alt: '', position: 6 },
    ],
    change: [],
    remove: [],
  });
});

it('the same addresses again come to nothing, wherever they stand among uploads', () => {
  const there = [image('a', 0), image('up', 1, null), image('b', 2)];
  expect(planUrls(there, wants('a', 'b'))).toEqual({ add: [], change: [], remove: [] });
});

it('another order hands the same places out anew, and is then as wanted', () => {
  const there = [image('a', 0), image('up', 1, null), image('b', 2)];
  const { add, change, remove } = planUrls(there, wants('n', 'b', 'a'));
  expect(add).toEqual([{ url: 'https://x.example/n', alt: '', position: 0 }]);
  expect(change).toEqual([{ id: 'a', alt: '', position: 3 }]);
  expect(remove).toEqual([]);
  const after = [image('n', 0), image('up', 1, null), image('b', 2), image('a', 3)];
  expect(planUrls(after, wants('n', 'b', 'a'))).toEqual({ add: [], change: [], remove: [] });
});

it('addresses that are not wanted go, uploads stay; a text is kept unless another is given', () => {
  const there = [{ ...image('a', 0), alt: 'old' }, image('b', 1), image('up', 2, null)];
  expect(planUrls(there, wants('a'))).toEqual({ add: [], change: [], remove: ['b'] });
  const [wanted] = wants('a');
  expect(planUrls(there, [{ ...wanted!, alt: 'new' }]).change).toEqual([{ id: 'a', alt: 'new', position: 0 }]);
});

it('what comes takes the place of what goes', () => {
  const there = [image('a', 0), image('b', 1), image('up', 2, null)];
  const { add, change, remove } = planUrls(there, wants('c', 'b'));
  expect([add[0]!.position, change, remove]).toEqual([0, [], ['a']]);
});

it('images at one position are told apart', () => {
  const there = [image('a', 3), image('b', 3)];
  const { change } = planUrls(there, wants('b', 'a'));
  expect(change).toEqual([{ id: 'a', alt: '', position: 4 }]);
});

it('a product has room for so many that are not rejected, and not for any number of rejected ones', () => {
  const many = (count: number, status: string) =>
    Array.from({ length: count }, (_, at) => image(`${at}`, at, null, status));
  expect(roomFor([], 10)).toBe(10);
  expect(roomFor(many(4, 'failed'), 10)).toBe(6);
  expect(roomFor(many(12, 'ready'), 10)).toBe(0);
  expect(roomFor(many(30, 'rejected'), 10)).toBe(10);
  expect(roomFor(many(45, 'rejected'), 10)).toBe(5);
  expect(nextPosition([])).toBe(0);
});
