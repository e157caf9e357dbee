/** The long side of a photo that is sent, in pixels: a face is recognised, and a village line carries it. */
const SIDE_MAX = 1600;
const QUALITY = 0.8;

/**
 * shrink draws a photo anew at a size that travels well. The drawing holds pixels only: where and with what it was taken
 * stays on the phone. (The server draws it once more and trusts nobody.)
 */
export async function shrink(file: Blob): Promise<string> {
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const scale = Math.min(1, SIDE_MAX / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", QUALITY);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** bare is the base64 of a data address, as the API takes it. */
export const bare = (address: string): string => address.slice(address.indexOf(",") + 1);
