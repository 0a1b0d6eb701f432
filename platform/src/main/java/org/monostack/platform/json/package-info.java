/** JSON trees and the schemas that requests are held to. */
@NullMarked
package org.monostack.platform.json;

import org.jspecify.annotations.NullMarked;
