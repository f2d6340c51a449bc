import { expect, it } from '@jest/globals';
import { pictureSet } from './srcset.ts';

const variant = (preset: string, format: 'avif' | 'webp' | 'jpeg', width: number, height: number) => ({
  preset,
  format,
  width,
  height,
  url: `/m/${preset}.${format}`,
});

it('sources name every width in each format, the best format first', () => {
  const set = pictureSet([
    variant('1600', 'jpeg', 1600, 1200),
    variant('800', 'jpeg', 800, 600),
    variant('800', 'avif', 800, 600),
    variant('1600', 'webp', 1600, 1200),
    variant('800', 'webp', 800, 600),
  ]);
  expect(set.sources).toEqual([
    { type: 'image/avif', srcset: '/m/800.avif 800w', sizes: '100vw' },
    { type: 'image/webp', srcset: '/m/800.webp 800w, /m/1600.webp 1600w', sizes: '100vw' },
    { type: 'image/jpeg', srcset: '/m/800.jpeg 800w, /m/1600.jpeg 1600w', sizes: '100vw' },
  ]);
  expect(set.src).toBe('/m/800.jpeg');
});

it('boxes are thumbnails, and stand in where there is nothing else', () => {
  const set = pictureSet([
    variant('400x400', 'webp', 400, 400),
    variant('200x200', 'jpeg', 200, 200),
    variant('200x200', 'webp', 200, 200),
  ]);
  expect(set.thumbnails).toEqual([
    {
      preset: '200x200',
      width: 200,
      height: 200,
      src: '/m/200x200.jpeg',
      sources: [
        { type: 'image/webp', srcset: '/m/200x200.webp' },
        { type: 'image/jpeg', srcset: '/m/200x200.jpeg' },
      ],
    },
    {
      preset: '400x400',
      width: 400,
      height: 400,
      src: '/m/400x400.webp',
      sources: [{ type: 'image/webp', srcset: '/m/400x400.webp' }],
    },
  ]);
  expect(set).toMatchObject({ src: '/m/200x200.jpeg', sources: [] });
});

it('a picture smaller or larger than the usual width has an address all the same', () => {
  expect(pictureSet([variant('800', 'jpeg', 300, 200)]).src).toBe('/m/800.jpeg');
  expect(pictureSet([variant('1200', 'jpeg', 1200, 900), variant('1600', 'jpeg', 1600, 900)]).src).toBe('/m/1200.jpeg');
  expect(pictureSet([])).toEqual({ src: null, sources: [], thumbnails: [] });
});
