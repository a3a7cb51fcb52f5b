// ReDoc shows its maker's logo from the maker's server. Whoever reads this page is nobody else's business.
(() => {
  const picture = HTMLImageElement.prototype;
  const source = Object.getOwnPropertyDescriptor(picture, "src");
  const setAttribute = picture.setAttribute;
  const isOwn = (image, address) => {
    const url = new URL(address, location.href);
    const own = url.origin === location.origin || url.protocol === "data:";
    image.hidden = !own;
    return own;
  };
  picture.setAttribute = function (name, value) {
    if (name !== "src" || isOwn(this, value)) setAttribute.call(this, name, value);
  };
  Object.defineProperty(picture, "src", {
    ...source,
    set(value) {
      if (isOwn(this, value)) source.set.call(this, value);
    },
  });
})();
