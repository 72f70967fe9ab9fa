#ifndef RPA_TESTS_BENCH_TEXT_H
#define RPA_TESTS_BENCH_TEXT_H

/**
 * What is typed into terminals: narratives of Welsh and English words, 497
 * characters each and one act each, since a frame has at most 512. With that
 * many the cursor never comes to stand at the right edge of 80 columns, where a
 * terminal does not show that a character has been typed.
 */
enum { LINES = 2, WIDTH = 497, LINE_BYTES = WIDTH * 3 + 1 };

/** The lines of one round. */
struct text {
    char line[LINES][LINE_BYTES];
    char all[LINES * LINE_BYTES];
};

void text_make(struct text *text, unsigned seed);

#endif
