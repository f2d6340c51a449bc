/** What one can say of a page by looking at it; runs in the browser and returns complaints. */
export interface Complaint {
  template: string;
  language: string;
  complaint: string;
}

/** Contrast as WCAG 2.2 has it (1.4.3): 4.5, and 3 for large text; a target for a finger (2.5.8) is 24 pixels at least. */
export const LOOK = `(() => {
  const complaints = [];
  const width = window.innerWidth;
  if (document.documentElement.scrollWidth > width) complaints.push('is wider than the window: ' + document.documentElement.scrollWidth);
  if (/\\{\\{|\\}\\}|undefined|\\bnull\\b|NaN|\\[object/.test(document.documentElement.outerHTML.replace(/<style[\\s\\S]*?<\\/style>/g, '')))
    complaints.push('has an unfilled place');
  for (const img of document.querySelectorAll('img')) if (!img.hasAttribute('alt')) complaints.push('has a picture without alt');

  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((each) => (each /= 255) <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.a === 1) return color;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim();
    const element = node.parentElement;
    const style = getComputedStyle(element);
    if (text === '' || !element.checkVisibility({ checkOpacity: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, right } of range.getClientRects())
      if (left < 0 || right > width) complaints.push('runs out of the window: ' + text.slice(0, 40));
    const size = parseFloat(style.fontSize);
    if (size < 12) complaints.push('is too small: ' + text.slice(0, 40));
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const [high, low] = [luminance(parse(style.color)), luminance(behind(element))].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < (large ? 3 : 4.5)) complaints.push('contrast ' + contrast.toFixed(2) + ': ' + text.slice(0, 40));
  }
  for (const link of document.querySelectorAll('a')) {
    const { height } = link.getBoundingClientRect();
    if (height < (getComputedStyle(link).display === 'inline' ? 15 : 24)) complaints.push('is hard to touch: ' + link.textContent);
  }
  return complaints;
})()`;

/** Each letter of the page's heading that is no Latin one, as the pixels that it is drawn with. */
export const DRAWN_LETTERS = `(() => {
  const heading = document.querySelector('h1');
  const font = getComputedStyle(heading).fontFamily;
  const letters = [...new Set(heading.textContent)].filter((letter) => letter.charCodeAt(0) > 0x3000);
  return letters.map((letter) => {
    const canvas = new OffscreenCanvas(48, 48);
    const pen = canvas.getContext('2d');
    pen.font = '32px ' + font;
    pen.fillText(letter, 4, 38);
    return pen.getImageData(0, 0, 48, 48).data.filter((_, at) => at % 4 === 3).join();
  });
})()`;
