/** The image service's records and rules; pure. */
@NullMarked
package org.monostack.image.model;

import org.jspecify.annotations.NullMarked;
