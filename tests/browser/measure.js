// What a page shows in a real browser, measured: run by `cargo xtask look` on every page of the demo, in every size,
// language and mode. Gives the list of what is wrong and what the page weighs. Arguments: whether elder mode is on.
//
// The figures are those of the MIIT norm for the elderly and of WCAG 2.2: text of at least 18 px and targets of 60 by
// 60 in elder mode, targets of 44 by 44 elsewhere, line height 1.3, contrast 4.5 to 1 (3 to 1 for large text).
const elder = arguments[0];
const wrong = new Set();
const root = document.documentElement;
const visible = (e) => {
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return style.visibility !== 'hidden' && style.display !== 'none' && box.width > 1 && box.height > 1
    && !e.closest('.sr, [hidden]') && (!e.closest('details:not([open])') || e.closest('summary'));
};
const name = (e) => {
  const id = e.id ? '#' + e.id : '';
  const kind = typeof e.className === 'string' && e.className ? '.' + e.className.trim().split(/\s+/).join('.') : '';
  const text = (e.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 24);
  return `<${e.tagName.toLowerCase()}${id}${kind}> ${JSON.stringify(text)}`;
};

// The frame of the page.
if (root.scrollWidth > root.clientWidth + 1) {
  const wide = [...document.querySelectorAll('body *')]
    .filter((e) => visible(e) && e.getBoundingClientRect().right > root.clientWidth + 1)
    .slice(-1).map(name).join();
  wrong.add(`scrolls sideways: ${root.scrollWidth} of ${root.clientWidth} px (${wide})`);
}
if (!root.lang) wrong.add('no language is named');
if (!document.title.trim()) wrong.add('no title');
if (document.querySelectorAll('h1').length !== 1) wrong.add(`${document.querySelectorAll('h1').length} first headings`);
if (document.querySelectorAll('main').length !== 1) wrong.add('not exactly one main part');
const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
ids.filter((id, n) => ids.indexOf(id) !== n).forEach((id) => wrong.add(`id ${id} twice`));
for (const attribute of ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls']) {
  for (const e of document.querySelectorAll(`[${attribute}]`)) {
    for (const id of e.getAttribute(attribute).split(/\s+/).filter(Boolean)) {
      if (!document.getElementById(id)) wrong.add(`${attribute} names ${id}, which is not there`);
    }
  }
}
let level = 0;
for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
  const own = Number(heading.tagName[1]);
  if (level && own > level + 1) wrong.add(`heading level ${own} follows ${level}: ${name(heading)}`);
  level = own;
}

// Whatever can be used has a name.
for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
  if (!(e.labels && e.labels.length) && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby')) {
    wrong.add(`no label: ${name(e)} ${e.name}`);
  }
}
for (const e of document.querySelectorAll('a[href], button, summary')) {
  if (!(e.textContent || '').trim() && !e.getAttribute('aria-label')) wrong.add(`no name: ${name(e)} ${e.href || ''}`);
}
for (const e of document.querySelectorAll('img:not([alt])')) wrong.add(`no text instead of the picture: ${e.src}`);

// Targets a thumb can hit. A link within a sentence is as high as its line (WCAG 2.2, 2.5.8); a link that covers its
// card is as large as the card; of a box with a label, the label is the target.
const least = elder ? 60 : 44;
const within = (e) => getComputedStyle(e).display === 'inline' && e.parentElement
  && [...e.parentElement.childNodes].some((n) => n !== e && (n.textContent || '').trim());
for (const e of document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea')) {
  if (!visible(e) || within(e)) continue;
  let box = e.getBoundingClientRect();
  if (e.matches('input[type=checkbox], input[type=radio]') && e.labels.length) box = e.labels[0].getBoundingClientRect();
  if (e.matches('.cover')) {
    let card = e.parentElement;
    while (card && getComputedStyle(card).position === 'static') card = card.parentElement;
    if (card) box = card.getBoundingClientRect();
  }
  if (box.height < least - 0.5) wrong.add(`${Math.round(box.width)} x ${Math.round(box.height)} px to hit: ${name(e)}`);
}

// Text that can be read.
const parse = (text) => {
  const parts = (text.match(/[\d.]+/g) || []).map(Number);
  return text.startsWith('color(srgb') ? [parts[0] * 255, parts[1] * 255, parts[2] * 255, parts[3] ?? 1] : [parts[0], parts[1], parts[2], parts[3] ?? 1];
};
const luminance = (c) => {
  const [r, g, b] = c.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const over = (top, below) => [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3]));
const behind = (e) => {
  const layers = [];
  for (let at = e; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== 'none') return null;
    const colour = parse(style.backgroundColor);
    layers.push(colour);
    if (colour[3] === 1) break;
  }
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
};
for (const e of document.querySelectorAll('body *')) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || !visible(e) || e.closest('svg, script, style, option')) continue;
  const style = getComputedStyle(e);
  const size = parseFloat(style.fontSize);
  if (elder && size < 17.9) wrong.add(`${size} px text: ${name(e)}`);
  if (elder && style.lineHeight !== 'normal' && e.textContent.trim().length > 40 && parseFloat(style.lineHeight) < 1.29 * size) {
    wrong.add(`lines ${style.lineHeight} apart for ${size} px: ${name(e)}`);
  }
  if (e.closest('[disabled], [aria-disabled=true]')) continue;
  const ground = behind(e);
  if (!ground) continue;
  const [a, b] = [luminance(over(parse(style.color), ground)), luminance(ground)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5) - 0.01) wrong.add(`contrast ${ratio.toFixed(2)}: ${name(e)}`);
}

// Where everything came from, and what it weighs on a first visit.
const loaded = performance.getEntriesByType('resource');
for (const one of loaded) {
  if (new URL(one.name).origin !== location.origin && !one.name.startsWith('data:')) wrong.add(`asks another host: ${one.name}`);
}
const [page] = performance.getEntriesByType('navigation');
const weight = [page, ...loaded].reduce((sum, one) => sum + (one.encodedBodySize || 0), 0);
return { wrong: [...wrong], weight, status: page.responseStatus };
