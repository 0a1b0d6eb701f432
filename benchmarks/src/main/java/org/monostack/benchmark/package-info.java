/** Measures a cloud from outside: the command line of {@code benchmarks/run.sh}. */
@NullMarked
package org.monostack.benchmark;

import org.jspecify.annotations.NullMarked;
