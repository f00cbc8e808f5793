// The language of a message as far as its letters tell it, so that fonts and voices fit.

export const isChinese = (text) => /\p{Script=Han}/u.test(text);
