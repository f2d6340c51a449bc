import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { ALIKE_DISTANCE, hammingDistance } from '../domain/perceptual-hash.ts';
import {
  animation,
  claiming,
  codecOptions,
  colourAt,
  flat,
  interlacedBomb,
  largest,
  pixelsChunk,
  pngChunk,
  pngOf,
  quadrants,
  rendered,
  renderRequest,
  withChunk,
  withSegment,
  zipArchive,
} from './image-codec/pictures-for-test.ts';
import { createImageCodec, type RenderRequest } from './image-codec.ts';

const codec = createImageCodec(codecOptions);
afterAll(() => codec.close());
const render = (picture: Buffer, request: Partial<RenderRequest> = {}) =>
  codec.render(picture, { ...renderRequest, ...request });
const near = (colour: number[], hex: string, within = 14) => {
  const wanted = [...Buffer.from(hex.slice(1), 'hex')];
  expect(wanted.map((value, at) => Math.abs(value - colour[at]!) <= within || [colour, wanted])).toEqual([
    true,
    true,
    true,
  ]);
};

describe('odd but valid pictures', () => {
  it('are upright, whatever the camera says of its own position', async () => {
    const upright = await quadrants().png().toBuffer();
    const looks: number[][] = [];
    for (let orientation = 1; orientation <= 8; orientation++) {
      const stored = await asStored(upright, orientation);
      const result = rendered(await render(stored));
      expect([result.width, result.height]).toEqual([320, 200]);
      const picture = largest(result, 'webp');
      near(await colourAt(picture, 0.25, 0.25), '#d02020', 24);
      near(await colourAt(picture, 0.75, 0.25), '#20b020', 24);
      near(await colourAt(picture, 0.25, 0.75), '#2040d0', 24);
      near(await colourAt(picture, 0.75, 0.75), '#e0d020', 24);
      looks.push([...(await sharp(picture).resize(8, 5, { fit: 'fill' }).raw().toBuffer())]);
    }
    for (const look of looks)
      expect(Math.max(...look.map((value, at) => Math.abs(value - looks[0]![at]!)))).toBeLessThanOrEqual(6);
  });

  it('leave no metadata behind: no place, no camera, no profile, no comment', async () => {
    const gps = {
      IFD0: { Make: 'Nosy Camera', Copyright: 'me' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    };
    const given = withSegment(
      await quadrants()
        .withExif(gps)
        .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
        .withIccProfile('p3')
        .jpeg()
        .toBuffer(),
      0xfe,
      Buffer.from('a remark'),
    );
    expect((await sharp(given).metadata()).exif?.includes('Nosy Camera')).toBe(true);
    const { variants } = rendered(await render(given, { formats: ['avif', 'webp', 'jpeg'] }));
    expect(variants).toHaveLength(9);
    for (const { bytes } of variants) {
      const { exif, xmp, icc, iptc, comments } = await sharp(bytes).metadata();
      expect([exif, xmp, icc, iptc, comments]).toEqual([undefined, undefined, undefined, undefined, undefined]);
      for (const trace of ['Nosy', 'GPS', 'a remark', 'xmpmeta'])
        expect(Buffer.from(bytes).includes(trace)).toBe(false);
    }
  });

  it.each(['#d02020', '#ffffff', '#101010', '#20a0a0'])(
    'keep the colour %s through CMYK, wide gamut, 16 bits and palettes',
    async (hex) => {
      const forms = {
        cmyk: flat(hex).toColourspace('cmyk').jpeg({ quality: 100 }),
        wide: flat(hex).withIccProfile('p3').jpeg({ quality: 100 }),
        deep: flat(hex).toColourspace('rgb16').png(),
        palette: flat(hex).png({ palette: true, colours: 4 }),
        progressive: flat(hex).jpeg({ progressive: true, quality: 100 }),
        interlaced: flat(hex).png({ progressive: true }),
        webp: flat(hex).webp({ lossless: true }),
        avif: flat(hex).avif({ quality: 90 }),
        gif: flat(hex).gif(),
      };
      for (const [form, pipeline] of Object.entries(forms)) {
        const result = rendered(await render(await pipeline.toBuffer()));
        // The gamut of print has no full red, and the way there and back costs a little of the rest.
        const within = form === 'cmyk' ? 34 : 6;
        for (const format of ['webp', 'jpeg'] as const)
          near(await colourAt(largest(result, format), 0.5, 0.5), hex, within);
        near([...Buffer.from(result.dominantColor!.slice(1), 'hex')], hex, within);
      }
    },
  );

  it('honour a profile: the same numbers in a wider gamut are another colour', async () => {
    const numbers = await flat('#c04040').png().toBuffer();
    const { icc } = await sharp(await flat('#000000').withIccProfile('p3').png().toBuffer()).metadata();
    const name = Buffer.from('p3\0\0', 'latin1');
    const tagged = withChunk(numbers, 'iCCP', Buffer.concat([name, deflateSync(icc!)]));
    const [red = 0] = await colourAt(largest(rendered(await render(tagged)), 'webp'), 0.5, 0.5);
    expect(red).toBeGreaterThan(0xc0 + 6);
  });

  it('are taken with a profile that is broken, as without one', async () => {
    const broken = withChunk(
      await flat('#20a0a0').png().toBuffer(),
      'iCCP',
      Buffer.concat([Buffer.from('x\0\0'), deflateSync('no profile')]),
    );
    const result = await render(broken);
    if (result.kind === 'rendered') near(await colourAt(largest(result, 'webp'), 0.5, 0.5), '#20a0a0', 6);
    else expect(result.code).toBe('corrupt');
  });

  it('keep alpha in WebP and AVIF, and stand on white in JPEG', async () => {
    const glass = await sharp({
      create: { width: 90, height: 60, channels: 4, background: { r: 0, g: 0, b: 200, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    const result = rendered(await render(glass, { formats: ['avif', 'webp', 'jpeg'] }));
    expect(result.hasAlpha).toBe(true);
    for (const format of ['avif', 'webp'] as const) {
      const colour = await colourAt(largest(result, format), 0.5, 0.5);
      near(colour, '#0000c8', 8);
      expect(Math.abs(colour[3]! - 128)).toBeLessThanOrEqual(3);
    }
    near(await colourAt(largest(result, 'jpeg'), 0.5, 0.5), '#8080e4', 6);
  });

  it('with grey and alpha, or alpha by palette, stand on white too', async () => {
    const clear = sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    for (const form of [
      clear.clone().toColourspace('b-w').png(),
      clear.clone().png({ palette: true }),
      clear.clone().webp(),
      clear.clone().gif(),
    ])
      near(await colourAt(largest(rendered(await render(await form.toBuffer())), 'jpeg'), 0.5, 0.5), '#ffffff', 2);
  });

  it('with an alpha channel that hides nothing have none', async () => {
    expect(rendered(await render(await flat('#808080').ensureAlpha(1).png().toBuffer())).hasAlpha).toBe(false);
  });

  it.each([
    [1, 1],
    [1, 30_000],
    [30_000, 1],
    [3, 7_000],
    [60_000, 40],
  ])('of %d × %d have variants that are not larger', async (width, height) => {
    const result = rendered(await render(await flat('#a03060', width, height).png().toBuffer()));
    expect(result.variants.length).toBeGreaterThanOrEqual(6);
    for (const each of result.variants) {
      const { width: w, height: h } = await sharp(each.bytes).metadata();
      expect([w, h]).toEqual([each.width, each.height]);
      expect(w <= width && h <= height).toBe(true);
    }
  });

  it('show their first frame', async () => {
    for (const format of ['gif', 'webp'] as const) {
      const result = rendered(await render(await animation(format, 5)));
      expect([result.width, result.height]).toEqual([16, 16]);
      near(await colourAt(largest(result, 'webp'), 0.5, 0.5), '#d02020', 24);
    }
    const still = await flat('#d02020').png().toBuffer();
    const apng = withChunk(still, 'acTL', Buffer.from([0, 0, 0, 3, 0, 0, 0, 0]));
    near(await colourAt(largest(rendered(await render(apng)), 'webp'), 0.5, 0.5), '#d02020', 6);
  });

  it('may be followed by what phones append: a second picture, a film, zeros', async () => {
    const jpeg = await quadrants().jpeg().toBuffer();
    for (const tail of [jpeg, Buffer.from('0000001c66747970', 'hex'), Buffer.alloc(64)]) {
      const result = rendered(await render(Buffer.concat([jpeg, tail])));
      expect([result.width, result.height]).toEqual([320, 200]);
    }
  });

  it('may hold much text that is packed small, which is not unpacked', async () => {
    const bomb = deflateSync(Buffer.alloc(200_000_000, 'a'));
    const png = withChunk(
      await flat('#20a0a0').png().toBuffer(),
      'zTXt',
      Buffer.concat([Buffer.from('Comment\0\0'), bomb]),
    );
    const result = await render(png);
    if (result.kind === 'rejected') expect(result.code).toBe('corrupt');
    else near(await colourAt(largest(result, 'webp'), 0.5, 0.5), '#20a0a0', 6);
  });

  it('of 49 megapixels that cannot be read row by row fit the memory of a child', async () => {
    const started = performance.now();
    const result = rendered(await render(await interlacedBomb(), { formats: ['webp'] }));
    expect([result.width, result.height]).toEqual([7000, 7000]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('what stands for a picture', () => {
  it('is found again in scaled, re-encoded and lighter copies, and in no other picture', async () => {
    const original = quadrants(640, 400).composite([
      { input: Buffer.from('<svg width="640" height="400"><circle cx="200" cy="150" r="120" fill="#222"/></svg>') },
    ]);
    const first = await original.png().toBuffer();
    const hashOf = async (picture: Buffer) => rendered(await render(picture, { formats: ['webp'] })).perceptualHash!;
    const hash = await hashOf(first);
    for (const copy of [
      sharp(first).resize(200).jpeg({ quality: 40 }),
      sharp(first).modulate({ brightness: 1.1 }).webp(),
      sharp(first)
        .withExif({ IFD0: { Make: 'x' } })
        .png(),
    ])
      expect(hammingDistance(hash, await hashOf(await copy.toBuffer()))).toBeLessThanOrEqual(ALIKE_DISTANCE);
    expect(hammingDistance(hash, await hashOf(await sharp(first).flop().png().toBuffer()))).toBeGreaterThan(
      ALIKE_DISTANCE,
    );
  });

  it('is left out when it is not asked for', async () => {
    const result = rendered(await render(await flat('#101010').png().toBuffer(), { describe: false }));
    expect(result).not.toHaveProperty('thumbhash');
  });
});

describe('what is no whole and harmless picture is rejected by name', () => {
  const jpeg = () => quadrants().jpeg().toBuffer();
  const png = () => quadrants().png().toBuffer();
  const cases: Record<string, [code: string, make: () => Promise<Buffer> | Buffer]> = {
    nothing: ['empty', () => Buffer.alloc(0)],
    'random bytes': ['not_an_image', () => Buffer.from('0102030405060708090a0b0c0d0e0f', 'hex')],
    text: ['not_an_image', () => Buffer.from('hello, I am picture.jpg')],
    'a large file': ['too_many_bytes', async () => Buffer.concat([await jpeg(), Buffer.alloc(6_000_000)])],
    'an SVG': ['unsupported_format', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    'an SVG behind comments': [
      'unsupported_format',
      () => Buffer.from('\ufeff<?xml version="1.0"?><!-- JPEG -->\n<svg/>'),
    ],
    'an SVG in UTF-16': ['unsupported_format', () => Buffer.from('\ufeff<svg width="1">', 'utf16le')],
    'a page': ['unsupported_format', () => Buffer.from('<!doctype html><img src=x onerror=alert(1)>')],
    'a PNG that claims 900 megapixels': [
      'too_many_pixels',
      () => pngOf(30_000, 30_000, 8, 2, pixelsChunk(Buffer.alloc(100))),
    ],
    'a JPEG that claims four gigapixels': ['too_many_pixels', async () => claiming(await jpeg(), 65_535, 65_535)],
    'a GIF that claims four gigapixels': [
      'too_many_pixels',
      async () =>
        Buffer.concat([
          Buffer.from('474946383961ffffffff000000', 'hex'),
          Buffer.from('2c00000000010001000002024401003b', 'hex'),
        ]),
    ],
    'a GIF whose frame is larger than itself': [
      'too_many_pixels',
      () => Buffer.from('47494638396101000100000000' + '2c00000000ffffffff0002024401003b', 'hex'),
    ],
    'an endless GIF': [
      'too_many_frames',
      async () =>
        Buffer.concat([
          Buffer.from('47494638396101000100000000', 'hex'),
          ...Array(5_000).fill(Buffer.from('2c000000000100010000020244010' + '0', 'hex')),
        ]),
    ],
    'a long GIF': ['too_many_frames', () => animation('gif', 130)],
    'a long WebP': ['too_many_frames', () => animation('webp', 130)],
    'a long APNG': [
      'too_many_frames',
      async () => withChunk(await png(), 'acTL', Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    ],
    'half a JPEG': ['truncated', async () => half(await jpeg())],
    'a JPEG without its end': ['truncated', async () => (await jpeg()).subarray(0, -2)],
    'half a progressive JPEG': [
      'truncated',
      async () => half(await quadrants().jpeg({ progressive: true }).toBuffer()),
    ],
    'a JPEG whose half is missing before its end': [
      'truncated',
      async () => Buffer.concat([half(await noisyJpeg()), Buffer.from('ffd9', 'hex')]),
    ],
    'half a PNG': ['truncated', async () => half(await quadrants().png({ compressionLevel: 0 }).toBuffer())],
    'a PNG without its end': ['truncated', async () => (await png()).subarray(0, -12)],
    'half a WebP': ['truncated', async () => half(await quadrants().webp().toBuffer())],
    'half a GIF': ['truncated', async () => half(await quadrants().gif().toBuffer())],
    'half an AVIF': ['truncated', async () => half(await quadrants().avif().toBuffer())],
    'a JPEG header': ['corrupt', async () => (await jpeg()).subarray(0, 30)],
    'a PNG with a wrong check sum': ['corrupt', async () => flipped(await png(), 20)],
    'a PNG whose pixels are damaged': ['corrupt', async () => flipped(await png(), -30)],
    'a PNG whose pixels run out': ['corrupt', () => pngOf(100, 100, 8, 2, pixelsChunk(Buffer.alloc(500)))],
    'a PNG of no size': ['corrupt', () => pngOf(0, 10, 8, 2, pixelsChunk(Buffer.alloc(10)))],
    'a PNG that names colours it lacks': [
      'corrupt',
      () =>
        pngOf(4, 2, 8, 3, pngChunk('PLTE', Buffer.alloc(6)), pixelsChunk(Buffer.from([0, 0, 1, 1, 0, 0, 0, 1, 2, 0]))),
    ],
    'a WebP of nothing': ['corrupt', () => Buffer.from('524946460c0000005745425058585858000000000000', 'hex')],
    'a JPEG of a million empty comments': [
      'corrupt',
      async () =>
        Buffer.concat([
          (await jpeg()).subarray(0, 2),
          Buffer.alloc(4_000_000, Buffer.from('fffe0002', 'hex')),
          (await jpeg()).subarray(2),
        ]),
    ],
    'a PNG of a hundred thousand empty chunks': [
      'corrupt',
      async () =>
        Buffer.concat([
          (await png()).subarray(0, 33),
          Buffer.alloc(1_200_000, pngChunk('teSt', Buffer.alloc(0))),
          (await png()).subarray(33),
        ]),
    ],
    'a GIF of a million empty extensions': [
      'corrupt',
      async () =>
        Buffer.concat([
          Buffer.from('47494638396101000100000000', 'hex'),
          Buffer.alloc(3_000_000, Buffer.from('21fe00', 'hex')),
        ]),
    ],
    'a JPEG with an archive behind it': ['polyglot', async () => Buffer.concat([await jpeg(), zipArchive])],
    'a JPEG with an archive in a comment': ['polyglot', async () => withSegment(await jpeg(), 0xfe, zipArchive)],
    'a JPEG with a page behind it': [
      'polyglot',
      async () => Buffer.concat([await jpeg(), Buffer.from('--><ScRiPt>alert(1)</script>')]),
    ],
    'a JPEG with a PDF in an application segment': [
      'polyglot',
      async () => withSegment(await jpeg(), 0xe4, Buffer.from('%PDF-1.7 obj')),
    ],
    'a PNG with an archive behind it': ['polyglot', async () => Buffer.concat([await png(), zipArchive])],
    'a PNG with a program in its text': [
      'polyglot',
      async () => withChunk(await png(), 'tEXt', Buffer.from('Comment\0<?php system($_GET[0]);')),
    ],
    'a GIF with a page behind it': [
      'polyglot',
      async () => Buffer.concat([await quadrants().gif().toBuffer(), Buffer.from('<html><body>')]),
    ],
    'a WebP with a program behind it': [
      'polyglot',
      async () => Buffer.concat([await quadrants().webp().toBuffer(), Buffer.from('\x7fELF\x02\x01\x01')]),
    ],
    'an AVIF with an archive behind it': [
      'polyglot',
      async () => Buffer.concat([await quadrants().avif().toBuffer(), box('free', zipArchive)]),
    ],
  };

  it.each(Object.entries(cases))('%s', async (_, [code, make]) => {
    const started = performance.now();
    const result = await render(await make());
    expect(result).toMatchObject({ kind: 'rejected', code, message: expect.stringMatching(/^The .+\.$/) });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('a scan repeated a thousand times ends soon', async () => {
    const picture = await quadrants(1600, 1000).jpeg({ progressive: true }).toBuffer();
    const last = picture.lastIndexOf(Buffer.from('ffda', 'hex'));
    const scan = picture.subarray(last, -2);
    const bomb = Buffer.concat([picture.subarray(0, -2), ...Array(1_000).fill(scan), Buffer.from('ffd9', 'hex')]);
    const started = performance.now();
    expect(await render(bomb.subarray(0, 5_000_000))).toMatchObject({ kind: 'rejected' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('every format by what is taken, and no loader beyond them', async () => {
    const jpegOnly = createImageCodec({
      ...codecOptions,
      processes: 1,
      limits: { ...codecOptions.limits, inputFormats: ['jpeg'] },
    });
    try {
      for (const picture of [
        await png(),
        await quadrants().webp().toBuffer(),
        await quadrants().gif().toBuffer(),
        await quadrants().tiff().toBuffer(),
      ])
        expect(await jpegOnly.render(picture, renderRequest)).toMatchObject({ code: 'unsupported_format' });
      expect((await jpegOnly.render(await jpeg(), renderRequest)).kind).toBe('rendered');
    } finally {
      await jpegOnly.close();
    }
  });
});

const half = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2));
const box = (type: string, data: Buffer) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data]);
};

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = at < 0 ? bytes.length + at : at;
  copy[index] = copy[index]! ^ 0xff;
  return copy;
}

const noisyJpeg = () =>
  sharp({
    create: {
      width: 200,
      height: 200,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer();

/** How a camera held that way writes the picture: its pixels turned, and the EXIF tag that turns them back. */
async function asStored(upright: Buffer, orientation: number): Promise<Buffer> {
  const [angle, mirror] = [
    [0, false],
    [0, true],
    [180, false],
    [180, true],
    [90, true],
    [270, false],
    [270, true],
    [90, false],
  ][orientation - 1] as [number, boolean];
  const rotated = await sharp(upright).rotate(angle).png().toBuffer();
  const turned = await sharp(rotated).flop(mirror).png().toBuffer();
  return sharp(turned).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
}
