/** A small binding to libvirt's C library through Java's foreign-function API. */
@NullMarked
package org.monostack.driver.libvirt.binding;

import org.jspecify.annotations.NullMarked;
