/** Measures what only this package sees. */
@org.jspecify.annotations.NullMarked
package org.monostack.platform.http;
