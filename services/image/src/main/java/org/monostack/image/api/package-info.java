/** The image service's HTTP interface, one class per resource. */
@NullMarked
package org.monostack.image.api;

import org.jspecify.annotations.NullMarked;
