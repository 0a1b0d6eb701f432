/** The hot inner parts of the program, measured alone by JMH. */
@org.jspecify.annotations.NullMarked
package org.monostack.benchmark.inner;
