// What is wrong with a page, as one sentence each: judged by what the browser shows, not by the source.
() => {
  const SMALLEST_TEXT = 12.8;
  const LEAST_CONTRAST = 4.5;
  const SMALLEST_TARGET = 24;
  const found = [];
  const complain = (text) => { if (!found.includes(text)) found.push(text); };
  const name = (element) => {
    const classes = [...element.classList].map((each) => `.${each}`).join("");
    const id = element.id ? `#${element.id}` : "";
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}${id}${classes}> "${text}"`;
  };
  const root = document.documentElement;

  // Width: the page scrolls down and never aside.
  if (root.scrollWidth > root.clientWidth) {
    complain(`the page is ${root.scrollWidth} px wide, the window ${root.clientWidth}`);
    for (const element of document.querySelectorAll("body *")) {
      const box = element.getBoundingClientRect();
      const scrolled = element.parentElement.closest(".source");
      if (!scrolled && box.right > root.clientWidth + 1 && box.width) complain(`${name(element)} ends at ${box.right}`);
    }
  }

  // Colours. A canvas knows every way to write one.
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  const colour = (text) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, bottom) => {
    const alpha = top[3] + bottom[3] * (1 - top[3]);
    if (!alpha) return [0, 0, 0, 0];
    const mixed = [0, 1, 2].map((i) => (top[i] * top[3] + bottom[i] * bottom[3] * (1 - top[3])) / alpha);
    return [...mixed, alpha];
  };
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.slice(0, 3).map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches
    && getComputedStyle(root).colorScheme.includes("dark");
  const COLOURS = /(?:rgba?|color|oklch|hsla?)\([^()]*\)/g;
  const backgrounds = new Map();
  // All colours that may be behind the text of an element: more than one where it has a gradient.
  const behind = (element) => {
    if (!element) return [dark ? [18, 18, 18, 1] : [255, 255, 255, 1]];
    if (backgrounds.has(element)) return backgrounds.get(element);
    const style = getComputedStyle(element);
    const base = behind(element.parentElement).map((each) => over(colour(style.backgroundColor), each));
    const stops = (style.backgroundImage.match(COLOURS) || []).map(colour);
    const all = [...base, ...base.flatMap((each) => stops.map((stop) => over(stop, each)))];
    backgrounds.set(element, all);
    return all;
  };

  // Text: large enough, and set off from what is behind it.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || seen.has(element)) continue;
    seen.add(element);
    if (["script", "style", "noscript", "textarea", "option"].includes(element.localName)) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if (element.closest("[aria-hidden=true]")) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    if (size < SMALLEST_TEXT) complain(`${name(element)} is ${size} px small`);
    for (const background of behind(element)) {
      const ratio = contrast(over(colour(style.color), background), background);
      if (ratio < LEAST_CONTRAST) {
        complain(`${name(element)} has a contrast of ${ratio.toFixed(2)}: ${style.color} on ${background}`);
      }
    }
  }

  // Structure, for those who hear the page.
  if (!root.lang) complain("no lang");
  if (!document.title.trim()) complain("no title");
  if (!document.querySelector("meta[name=viewport]")) complain("no viewport");
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const now = Number(heading.localName[1]);
    if (now > level + 1) complain(`${name(heading)} follows h${level}`);
    level = now;
  }
  if (document.querySelectorAll("h1").length !== 1) complain("not one h1");
  if (document.querySelectorAll("main").length !== 1) complain("not one main");
  for (const image of document.images) {
    if (!image.hasAttribute("alt")) complain(`${name(image)} has no alt`);
    if (image.complete && !image.naturalWidth) complain(`${image.src} is no picture`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  ids.filter((id, index) => ids.indexOf(id) !== index).forEach((id) => complain(`two #${id}`));

  // What can be used has a name, and room for a finger.
  for (const element of document.querySelectorAll("a[href], button, summary, input, select, textarea")) {
    if (!element.checkVisibility()) continue;
    const label = element.ariaLabel || element.textContent.trim()
      || [...(element.labels || [])].map((each) => each.textContent.trim()).join("")
      || element.querySelector("img")?.alt || element.title;
    if (!label && element.type !== "hidden") complain(`${name(element)} has no name`);
    const box = element.getBoundingClientRect();
    const inline = getComputedStyle(element).display === "inline";
    if (!inline && box.height && (box.height < SMALLEST_TARGET || box.width < SMALLEST_TARGET)) {
      complain(`${name(element)} is only ${Math.round(box.width)} × ${Math.round(box.height)} px`);
    }
  }

  // Nothing comes from elsewhere.
  for (const entry of performance.getEntriesByType("resource")) {
    if (!entry.name.startsWith(location.origin) && !entry.name.startsWith("data:")) {
      complain(`${entry.name} is from elsewhere`);
    }
  }
  return found;
}
