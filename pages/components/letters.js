// Letters: viewers may have asked for larger ones than usual.

const USUAL_LETTERS = 14, LARGE_FROM = 1.5; // pixels, and times the usual size

/** The size of letters as a multiple of the usual one. */
function sizeOfLetters() {
  return Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_LETTERS || 1);
}

const areLarge = (letters) => letters >= LARGE_FROM;
