throw new TypeError("this module cannot load");
