/** Picture shows a drawing that the server made. As an image it can run nothing, whatever it holds. */
export function Picture({ svg, alt }: { svg: string; alt: string }) {
  return <img class="picture" src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt={alt} />;
}
