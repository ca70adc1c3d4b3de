// Shows in the footer what is playing now.
const line = document.querySelector("[data-live]");
if (line && window.EventSource) {
  const source = new EventSource(line.dataset.live);
  source.addEventListener("playing", (event) => {
    const tune = JSON.parse(event.data);
    line.querySelector("span").textContent = `On the club radio: ${tune.title} – ${tune.artist}`;
    line.hidden = false;
  });
  window.addEventListener("pagehide", () => source.close());
}
