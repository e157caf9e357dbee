package api

import (
	"bytes"
	"image"
	"image/jpeg"
	_ "image/png" // members' pages send JPEG; a program may send PNG
)

// Bounds of an uploaded photo. A decoded one takes up to 4 bytes a pixel.
const (
	photoBytesMax  = 2 << 20
	photoBodyMax   = photoBytesMax/3*4 + bodyMax // in base64, with the words around it
	photoPixelsMax = 16 << 20
	photoSideMax   = 8000
	photoQuality   = 80
)

// redraw decodes a photo and encodes its pixels anew. What a camera writes beside them - place, time, device, a thumbnail
// of the uncut picture - is in no pixel, so none of it is left.
func redraw(raw []byte) ([]byte, error) {
	if len(raw) > photoBytesMax {
		return nil, fail(codePhotoTooLarge)
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(raw))
	switch {
	case err != nil:
		return nil, fail(codePhotoKind)
	case head.Width > photoSideMax || head.Height > photoSideMax || head.Width*head.Height > photoPixelsMax:
		return nil, fail(codePhotoTooLarge)
	}
	picture, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fail(codePhotoKind)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: photoQuality}); err != nil {
		return nil, fail(codePhotoKind)
	}
	return out.Bytes(), nil
}
