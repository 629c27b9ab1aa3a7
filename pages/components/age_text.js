// Ages in words, for the badge and for the ages within a page.

/** An age in at most two units: 12 s, 3 min, 2 h 5 min, 4 d 3 h. As in pages/shared/formats.py. */
function ageText(milliseconds) {
  const seconds = Math.max(Math.floor(milliseconds / 1000), 0), minutes = Math.floor(seconds / 60);
  if (seconds < 60) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 && days < 10 ? `${days} d ${hours % 24} h` : `${days} d`;
}
