// Edges: a line that scrolls sideways fades at the ends where more of it follows. Nothing moves.

function fadeEdges(line) {
  const mark = () => {
    const { scrollLeft, scrollWidth, clientWidth } = line;
    line.classList.toggle("more-left", scrollLeft > 2);
    line.classList.toggle("more-right", scrollWidth - clientWidth - scrollLeft > 2);
  };
  line.addEventListener("scroll", mark, { passive: true });
  new ResizeObserver(mark).observe(line);
  new MutationObserver(mark).observe(line, { childList: true, characterData: true, subtree: true });
}
