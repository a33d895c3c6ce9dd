"""People: name | short | extra | extra | clue (verb phrase in the past: who ...?). Events, music, sports, maths: names | short | extra | extra."""

PEOPLE = r"""
Albert Einstein; Einstein | Albert Einstein was a physicist who developed the theory of relativity. | He was born in Germany in 1879. | He received the Nobel Prize in Physics for 1921. | developed the theory of relativity
Isaac Newton; Newton | Isaac Newton was an English scientist who described gravity and the laws of motion. | He lived from the 17th to the 18th century. | He also studied light and helped to invent calculus. | described the laws of motion and gravity
Galileo Galilei; Galileo | Galileo Galilei was an Italian scientist who studied the sky with a telescope. | He discovered four large moons of Jupiter. | He also studied how things fall. | discovered the four largest moons of Jupiter
Marie Curie | Marie Curie was a scientist who studied radioactivity. | She was born in Poland and worked in France. | She won Nobel Prizes in both physics and chemistry. | discovered polonium and radium with Pierre Curie
Charles Darwin; Darwin | Charles Darwin was an English naturalist who explained evolution by natural selection. | He traveled around the world on a ship called the Beagle. | His book On the Origin of Species appeared in 1859. | wrote On the Origin of Species
Nikola Tesla; Tesla the inventor | Nikola Tesla was an inventor who worked on alternating current. | He was born in what is now Croatia and later lived in the United States. | The unit of magnetic field strength is named after him. | is known for his work on alternating current motors
Thomas Edison; Edison | Thomas Edison was an American inventor who developed a practical light bulb and the phonograph. | He set up one of the first research laboratories. | He held more than a thousand patents. | invented the phonograph
Alexander Graham Bell | Alexander Graham Bell was an inventor who received a patent for the telephone in 1876. | He was born in Scotland. | He also taught deaf people. | received the first patent for the telephone
Alan Turing; Turing | Alan Turing was a British mathematician and a founder of computer science. | He described an ideal computer that is now called the Turing machine. | He helped to break the Enigma code in the Second World War. | described the Turing machine
Ada Lovelace | Ada Lovelace was an English mathematician who is often called the first computer programmer. | She wrote notes about a machine planned by Charles Babbage. | The language Ada is named after her. | is often called the first computer programmer
Charles Babbage | Charles Babbage was an English inventor who designed early mechanical computers. | His Analytical Engine was never finished. | Ada Lovelace wrote about how it could be programmed. | designed the Analytical Engine
Grace Hopper | Grace Hopper was an American computer scientist who worked on early compilers. | She was also an officer in the United States Navy. | Her work led to the language COBOL. | built one of the first compilers
Tim Berners-Lee | Tim Berners-Lee is a British computer scientist who invented the World Wide Web. | He did this work at CERN around 1989. | He also wrote the first web browser. | invented the World Wide Web
Linus Torvalds | Linus Torvalds is a programmer from Finland who created the Linux kernel. | He began Linux in 1991 as a student. | He also created Git. | created the Linux kernel and Git
Guido van Rossum | Guido van Rossum is a Dutch programmer who created Python. | The first version appeared in 1991. | He named the language after the comedy group Monty Python. | created the Python language
Dennis Ritchie | Dennis Ritchie was an American computer scientist who created the C language. | He worked at Bell Labs. | He also helped to create Unix. | created the C language
Claude Shannon | Claude Shannon was an American mathematician who founded information theory. | He showed how information can be measured in bits. | He also showed how logic can be built with switches. | founded information theory
John von Neumann | John von Neumann was a mathematician who shaped modern computers. | He was born in Hungary. | The idea of keeping programs and data in the same memory is linked with his name. | is linked with the idea of storing programs and data in the same memory
Stephen Hawking | Stephen Hawking was a British physicist who studied black holes and the universe. | He wrote the book A Brief History of Time. | He used a wheelchair and spoke with a computer. | wrote A Brief History of Time
Leonardo da Vinci | Leonardo da Vinci was an Italian artist and inventor of the Renaissance. | He painted the Mona Lisa and The Last Supper. | He also drew plans for flying machines. | painted the Mona Lisa
Michelangelo | Michelangelo was an Italian artist of the Renaissance. | He painted the ceiling of the Sistine Chapel. | He also made the statue of David. | painted the ceiling of the Sistine Chapel
Vincent van Gogh; Van Gogh | Vincent van Gogh was a Dutch painter with a bold and colorful style. | He painted The Starry Night and many pictures of sunflowers. | He sold very few pictures while he was alive. | painted The Starry Night
Pablo Picasso; Picasso | Pablo Picasso was a Spanish artist who helped to create Cubism. | He was born in 1881 and worked mostly in France. | One of his best known paintings is Guernica. | painted Guernica
Claude Monet; Monet | Claude Monet was a French painter and a founder of Impressionism. | He often painted his garden at Giverny. | He is known for his pictures of water lilies. | painted the Water Lilies series
Rembrandt | Rembrandt was a Dutch painter of the 17th century. | He is known for his use of light and shadow. | His most famous work is The Night Watch. | painted The Night Watch
Frida Kahlo | Frida Kahlo was a Mexican painter known for her self-portraits. | Her pictures use bright colors. | Her home in Mexico City is now a museum. | is a Mexican painter known for her self-portraits
William Shakespeare; Shakespeare | William Shakespeare was an English writer of plays and poems. | He wrote Hamlet, Macbeth, and Romeo and Juliet. | He lived from 1564 to 1616. | wrote Romeo and Juliet
Jane Austen | Jane Austen was an English writer of novels. | She wrote Pride and Prejudice and Emma. | Her books describe family life and love with humor. | wrote Pride and Prejudice
Charles Dickens; Dickens | Charles Dickens was an English writer of the 19th century. | He wrote Oliver Twist and A Christmas Carol. | His books often show the life of poor people. | wrote Oliver Twist
Mark Twain | Mark Twain was an American writer known for his humor. | He wrote The Adventures of Tom Sawyer. | His real name was Samuel Clemens. | wrote The Adventures of Tom Sawyer
Homer | Homer is the name of the ancient Greek poet who is said to have made the Iliad and the Odyssey. | The poems tell of the Trojan War and the travels of Odysseus. | Very little is known about his life. | is said to have made the Iliad and the Odyssey
Hans Christian Andersen | Hans Christian Andersen was a Danish writer of fairy tales. | He wrote The Little Mermaid and The Ugly Duckling. | He lived in the 19th century. | wrote The Little Mermaid
Leo Tolstoy; Tolstoy | Leo Tolstoy was a Russian writer. | He wrote War and Peace and Anna Karenina. | He lived from 1828 to 1910. | wrote War and Peace
Miguel de Cervantes; Cervantes | Miguel de Cervantes was a Spanish writer who wrote Don Quixote. | The first part of the book appeared in 1605. | He died in 1616. | wrote Don Quixote
Ludwig van Beethoven; Beethoven | Ludwig van Beethoven was a German composer. | He wrote nine symphonies, and his Ninth contains the Ode to Joy. | He went on composing after he became deaf. | composed the Ninth Symphony with the Ode to Joy
Wolfgang Amadeus Mozart; Mozart | Wolfgang Amadeus Mozart was a composer born in Salzburg in 1756. | He began to compose as a small child. | He wrote The Magic Flute and many symphonies. | composed The Magic Flute
Johann Sebastian Bach; Bach | Johann Sebastian Bach was a German composer of the Baroque period. | He was also a famous organ player. | He wrote the Brandenburg Concertos. | composed the Brandenburg Concertos
Antonio Vivaldi; Vivaldi | Antonio Vivaldi was an Italian composer from Venice. | He was also a violin player. | His best known work is The Four Seasons. | composed The Four Seasons
Julius Caesar; Caesar | Julius Caesar was a Roman general and statesman. | He conquered Gaul. | He was killed in Rome in 44 BC. | conquered Gaul for Rome
Cleopatra | Cleopatra was the last queen of ancient Egypt before Roman rule. | She was linked with Julius Caesar and Mark Antony. | She died in 30 BC. | was the last queen of ancient Egypt
Alexander the Great | Alexander the Great was a king of Macedon who built a huge empire. | His teacher was Aristotle. | He died in Babylon in 323 BC. | built an empire from Greece to India
Aristotle | Aristotle was a Greek philosopher who wrote about logic, nature, and politics. | He was a student of Plato. | He taught Alexander the Great. | taught Alexander the Great
Socrates | Socrates was a Greek philosopher who taught by asking questions. | He lived in Athens in the 5th century BC. | Plato was his student. | taught Plato by asking questions
Plato | Plato was a Greek philosopher who founded a school called the Academy. | He was a student of Socrates. | He wrote his ideas as dialogues. | founded the Academy in Athens
Confucius | Confucius was a Chinese teacher and thinker. | He taught respect, kindness, and good government. | His sayings are collected in the Analects. | is the Chinese thinker whose sayings are in the Analects
Archimedes | Archimedes was a Greek mathematician and inventor from Syracuse. | He explained why things float. | A famous story says that he shouted Eureka in his bath. | explained why things float in water
Euclid | Euclid was a Greek mathematician who wrote about geometry. | His book is called the Elements. | It was used in schools for about two thousand years. | wrote the Elements
Pythagoras | Pythagoras was an ancient Greek thinker. | A famous rule about right triangles is named after him. | He founded a school in southern Italy. | gave his name to a rule about right triangles
Napoleon Bonaparte; Napoleon | Napoleon Bonaparte was a French general who became emperor. | He won many battles in Europe. | He was finally defeated at Waterloo in 1815. | was defeated at Waterloo in 1815
George Washington | George Washington was the first president of the United States. | He led the army in the American Revolution. | The capital city is named after him. | was the first president of the United States
Abraham Lincoln; Lincoln | Abraham Lincoln was the 16th president of the United States. | He led the country during the Civil War. | He issued the Emancipation Proclamation against slavery. | was president of the United States during the Civil War
Martin Luther King Jr.; Martin Luther King | Martin Luther King Jr. was an American leader of the civil rights movement. | He gave the famous speech I Have a Dream in 1963. | He won the Nobel Peace Prize in 1964. | gave the speech I Have a Dream
Mahatma Gandhi; Gandhi | Mahatma Gandhi led the Indian independence movement without violence. | He is known for the Salt March of 1930. | India became independent in 1947. | led the Salt March in India
Nelson Mandela; Mandela | Nelson Mandela was a leader who fought against apartheid in South Africa. | He spent 27 years in prison. | He became president in 1994. | became the first Black president of South Africa
Queen Victoria | Queen Victoria was queen of the United Kingdom from 1837 to 1901. | Her time is called the Victorian era. | She ruled for more than sixty years. | was queen of the United Kingdom from 1837 to 1901
Christopher Columbus; Columbus | Christopher Columbus was an explorer who sailed across the Atlantic in 1492. | He was born in Genoa and sailed for Spain. | He reached islands in the Caribbean. | sailed across the Atlantic in 1492
Marco Polo | Marco Polo was a traveler from Venice who went to China in the 13th century. | He spent many years in Asia. | A book about his travels became very famous. | traveled from Venice to China in the 13th century
Ferdinand Magellan; Magellan | Ferdinand Magellan was a Portuguese explorer who led the first voyage around the world. | He died on the way in 1521. | One of his ships came back to Spain in 1522. | led the first voyage around the world
Neil Armstrong | Neil Armstrong was the first human to walk on the Moon. | He did so on 20 July 1969 during the Apollo 11 mission. | He called it one giant leap for mankind. | was the first human to walk on the Moon
Yuri Gagarin | Yuri Gagarin was the first human in space. | He flew around Earth once on 12 April 1961. | His ship was called Vostok 1. | was the first human in space
Amelia Earhart | Amelia Earhart was an American pilot. | She was the first woman to fly alone across the Atlantic. | She disappeared over the Pacific in 1937. | was the first woman to fly alone across the Atlantic
the Wright brothers; Orville and Wilbur Wright | The Wright brothers were American inventors who flew the first successful powered airplane in 1903. | Their names were Orville and Wilbur. | The flight took place near Kitty Hawk in North Carolina. | flew the first successful powered airplane
Florence Nightingale | Florence Nightingale was an English nurse who improved hospitals. | She cared for soldiers in the Crimean War. | She is called the founder of modern nursing. | founded modern nursing
Louis Pasteur; Pasteur | Louis Pasteur was a French scientist who studied germs. | He made a vaccine against rabies. | The heating of milk to kill germs is named after him. | made the first vaccine against rabies
Alexander Fleming | Alexander Fleming was a Scottish scientist who discovered penicillin in 1928. | He noticed that a mold killed bacteria. | Penicillin became the first widely used antibiotic. | discovered penicillin
Gregor Mendel; Mendel | Gregor Mendel was a monk who discovered basic laws of heredity. | He studied thousands of pea plants. | His work became the basis of genetics. | discovered laws of heredity with pea plants
Johannes Gutenberg; Gutenberg | Johannes Gutenberg was a German who brought printing with movable type to Europe. | He printed a famous Bible around 1455. | Printing made books much cheaper. | brought printing with movable type to Europe
Nicolaus Copernicus; Copernicus | Nicolaus Copernicus was an astronomer who said that Earth goes around the Sun. | His book appeared in 1543. | Before that most people placed Earth at the center. | wrote in 1543 that Earth goes around the Sun
Johannes Kepler; Kepler | Johannes Kepler was a German astronomer who described how planets move. | He found that their orbits are ellipses. | His three laws helped Newton to explain gravity. | found that the orbits of planets are ellipses
James Watt | James Watt was a Scottish engineer who greatly improved the steam engine. | His work helped to start the Industrial Revolution. | The unit of power is named after him. | greatly improved the steam engine in the 18th century
Michael Faraday; Faraday | Michael Faraday was an English scientist who studied electricity and magnetism. | He discovered electromagnetic induction. | His work led to electric motors and generators. | discovered electromagnetic induction
"""
EVENTS = r"""
the Roman Empire; ancient Rome | The Roman Empire was a large empire around the Mediterranean Sea. | Its capital was Rome, and its first emperor was Augustus. | Its western part ended in 476.
ancient Egypt | Ancient Egypt was an early civilization along the Nile. | Its kings were called pharaohs. | The Egyptians built pyramids and wrote with hieroglyphs.
ancient Greece | Ancient Greece was a civilization of many city states. | Athens is known as an early democracy. | Its art and ideas still influence us today.
the Middle Ages | The Middle Ages were the time in Europe from about 500 to 1500. | Knights, castles, and monasteries belong to this time. | They came between ancient times and the modern age.
the Renaissance | The Renaissance was a time of new art and learning in Europe. | It began in Italy in the 14th century. | Leonardo da Vinci and Michelangelo lived at this time.
the Industrial Revolution | The Industrial Revolution was the change from handwork to machines and factories. | It began in Britain in the 18th century. | The steam engine was one of its most important machines.
the French Revolution | The French Revolution began in 1789 and ended the old rule of the king in France. | The people stormed the Bastille on 14 July 1789. | Its motto was liberty, equality, and fraternity.
the American Revolution | The American Revolution was the war in which thirteen colonies became independent from Britain. | The Declaration of Independence was signed in 1776. | The war ended in 1783.
the First World War; World War I | The First World War was fought from 1914 to 1918. | It involved many countries in Europe and beyond. | Millions of people died.
the Second World War; World War II | The Second World War was fought from 1939 to 1945. | It was the largest war in history. | After the war the United Nations was founded.
the fall of the Berlin Wall; the Berlin Wall | The Berlin Wall divided Berlin from 1961 until it was opened in 1989. | It separated East Berlin from West Berlin. | Germany was united again in 1990.
the moon landing; Apollo 11 | Apollo 11 was the space mission that first brought people to the Moon in July 1969. | Neil Armstrong and Buzz Aldrin walked on the surface. | Michael Collins stayed in orbit.
the Olympic Games; the Olympics | The Olympic Games are a large international sports event. | The ancient games began in Greece, and the modern games began in Athens in 1896. | Summer and Winter Games are each held every four years.
the Silk Road | The Silk Road was a network of trade routes between China and the West. | Silk, spices, and ideas traveled along it. | It was used for many centuries.
the Stone Age | The Stone Age was the time when people made tools mostly from stone. | It is the longest period of human history. | It ended when people learned to use metal.
the Vikings; +Vikings | The Vikings were sailors and traders from Scandinavia. | They raided coasts from about 800 to 1050. | They sailed as far as North America.
the United Nations; the UN | The United Nations is an organization of almost all countries in the world. | It was founded in 1945. | Its goal is peace and cooperation.
the European Union; the EU | The European Union is a group of European countries that work together. | It has 27 members. | Many of them use the euro.
"""
MUSIC = r"""
music | Music is the art of arranging sounds in time. | It is made with voices and instruments. | People use it to express feelings and to dance.
a melody; +melodies | A melody is a row of notes that form a tune. | It is the part of a song that people hum. | Melodies can move up, down, or stay on one note.
rhythm; a rhythm | Rhythm is the pattern of long and short sounds in time. | It is often marked by drums. | It makes people want to move or dance.
a chord; +chords | A chord is a group of notes played at the same time. | A simple chord has three notes. | Major chords often sound bright, and minor chords often sound sad.
a piano; +pianos | A piano is a keyboard instrument with strings that are struck by hammers. | Most pianos have 88 keys. | It can play loud and soft notes.
a guitar; +guitars | A guitar is a string instrument that usually has six strings. | The player plucks or strums the strings. | There are acoustic and electric guitars.
a violin; +violins | A violin is a string instrument with four strings. | It is played with a bow. | It is the smallest and highest instrument of its family.
a cello; +cellos | A cello is a large string instrument that is played sitting down. | It has four strings and is played with a bow. | It sounds lower than a violin.
a flute; +flutes | A flute is a wind instrument shaped like a tube. | The player blows across a hole. | It is a woodwind even when it is made of metal.
a trumpet; +trumpets | A trumpet is a brass instrument with a bright sound. | Most trumpets have three valves. | The player makes the sound with the lips.
a drum; +drums | A drum is an instrument that is played by hitting it. | A skin is stretched over a hollow body. | Drums keep the rhythm of the music.
a saxophone; +saxophones | A saxophone is a wind instrument made of brass and played with a reed. | It was invented by Adolphe Sax. | It is often heard in jazz.
a clarinet; +clarinets | A clarinet is a woodwind instrument with a single reed. | It has a wide range from low to high. | It is used in orchestras and in jazz.
a harp; +harps | A harp is a large instrument with many strings. | The player plucks the strings with the fingers. | A concert harp usually has 47 strings.
an orchestra; +orchestras | An orchestra is a large group of musicians. | It has strings, woodwinds, brass, and percussion. | A conductor leads it.
a choir; +choirs | A choir is a group of people who sing together. | Common voices are soprano, alto, tenor, and bass. | Choirs sing in churches, schools, and concert halls.
an opera; +operas | An opera is a play in which the words are sung. | An orchestra accompanies the singers. | Opera began in Italy around 1600.
jazz | Jazz is a style of music that began in New Orleans. | Musicians often make up parts while they play. | It grew from African American traditions.
rock music; rock and roll | Rock is a style of music with electric guitars, bass, and drums. | It grew from rock and roll in the 1950s. | It usually has a strong beat.
classical music | Classical music is music in the tradition of composers such as Bach, Mozart, and Beethoven. | It is often played by orchestras. | It includes symphonies, operas, and sonatas.
a symphony; +symphonies | A symphony is a long piece of music for orchestra. | It often has four parts called movements. | Beethoven wrote nine symphonies.
a band; +bands | A band is a group of musicians who play together. | A rock band often has a singer, a guitar, a bass, and drums. | Bands play at concerts and make recordings.
"""
SPORTS = r"""
football; soccer | Football, or soccer, is a game in which two teams of eleven players try to kick a ball into a goal. | Only the goalkeeper may use the hands during play. | A match lasts 90 minutes.
basketball | Basketball is a game in which two teams of five players throw a ball through a high hoop. | Players bounce the ball while they move. | A basket counts one, two, or three points.
tennis | Tennis is a game in which players hit a ball over a net with rackets. | It is played by two players or by two pairs. | Wimbledon is the oldest tennis tournament.
volleyball | Volleyball is a game in which two teams hit a ball over a high net with their hands. | Each team has six players. | A team may touch the ball three times before it goes over the net.
baseball | Baseball is a game with a bat and a ball for two teams of nine players. | A batter hits the ball and runs around four bases. | It is very popular in the United States and Japan.
cricket | Cricket is a game with a bat and a ball for two teams of eleven players. | Batters score runs, and bowlers try to get them out. | It is very popular in India and England.
rugby; rugby union | Rugby is a team game with an oval ball. | Players may carry, kick, or pass the ball, but they may pass it only backward with their hands. | In rugby union each team has fifteen players.
ice hockey; hockey on ice | Ice hockey is a fast game played on ice with sticks and a puck. | Each team has six players on the ice. | It is very popular in Canada.
golf | Golf is a game in which players hit a small ball into holes with clubs. | A full course has 18 holes. | The player with the fewest strokes wins.
table tennis; ping-pong | Table tennis is a game in which players hit a light ball over a net on a table. | It is played with small paddles. | A game usually goes to 11 points.
badminton | Badminton is a game in which players hit a shuttlecock over a net with rackets. | It is played by two or four people. | A game goes to 21 points.
swimming | Swimming is the sport of moving through water with arms and legs. | Four strokes are freestyle, backstroke, breaststroke, and butterfly. | It trains almost all muscles of the body.
running | Running is the sport of moving quickly on foot. | Races can be short sprints or long distances. | A marathon is about 42 kilometers long.
a marathon; +marathons | A marathon is a running race of about 42.195 kilometers. | It is named after a place in Greece. | The best runners need a little more than two hours.
cycling | Cycling is the sport of riding a bicycle. | The most famous race is the Tour de France. | It is also a healthy way to travel.
skiing | Skiing is the sport of sliding over snow on two long boards called skis. | People ski down hills or across the country. | It is part of the Winter Olympics.
gymnastics | Gymnastics is a sport with jumps, turns, and balance. | Athletes use bars, beams, rings, and mats. | It needs strength and flexibility.
boxing | Boxing is a sport in which two people fight with gloved fists. | It takes place in a ring and is divided into rounds. | Fighters are grouped by weight.
judo | Judo is a martial art from Japan. | The fighters try to throw each other or hold each other down. | The color of the belt shows the level.
chess | Chess is a board game for two players with 16 pieces each. | The goal is to put the king of the other player in checkmate. | It is played on a board with 64 squares.
yoga | Yoga is a practice with body positions, breathing, and calm thinking. | It began in ancient India. | Many people do it to stay fit and relaxed.
surfing | Surfing is the sport of riding ocean waves on a board. | It comes from Polynesia and Hawaii. | Surfers need good balance.
rowing | Rowing is the sport of moving a boat with oars. | Boats carry one, two, four, or eight rowers. | The rowers usually sit facing backward.
handball | Handball is a team game in which players throw a ball into a goal with their hands. | Each team has seven players. | A match has two halves of 30 minutes.
"""
MATHS = r"""
addition; adding | Addition is putting numbers together to get their sum. | For example, 2 + 3 = 5. | The order of the numbers does not change the result.
subtraction; subtracting | Subtraction is taking one number away from another. | For example, 7 - 4 = 3. | The result is called the difference.
multiplication; multiplying | Multiplication is adding a number to itself several times. | For example, 4 x 3 means 4 + 4 + 4, which is 12. | The result is called the product.
division; dividing | Division is sharing a number into equal parts. | For example, 12 / 3 = 4. | Dividing by zero is not possible.
a fraction; +fractions | A fraction is a part of a whole. | In 3/4 the top number is the numerator and the bottom number is the denominator. | Half of something is written as 1/2.
a decimal; +decimals; a decimal number | A decimal is a number with digits after a point. | For example, 0.5 is the same as one half. | The first place after the point stands for tenths.
a percentage; +percentages; percent | A percentage is a part out of one hundred. | For example, 25 percent is the same as one quarter. | It is written with the sign %.
a prime number; +prime numbers; +primes | A prime number is a whole number greater than 1 that can be divided only by 1 and itself. | The first primes are 2, 3, 5, 7, and 11. | Two is the only even prime number.
an even number; +even numbers | An even number is a whole number that can be divided by 2 without a remainder. | Examples are 2, 4, 6, and 8. | Even numbers end in 0, 2, 4, 6, or 8.
an odd number; +odd numbers | An odd number is a whole number that cannot be divided evenly by 2. | Examples are 1, 3, 5, and 7. | Odd numbers end in 1, 3, 5, 7, or 9.
a square number; +square numbers | A square number is a whole number multiplied by itself. | The first ones are 1, 4, 9, 16, and 25. | They can be laid out as dots in a square.
a square root; +square roots | A square root of a number is a value that gives the number when it is multiplied by itself. | For example, the square root of 25 is 5. | It is written with a special root sign.
an exponent; +exponents; a power in math | An exponent says how many times a number is multiplied by itself. | For example, 2 to the power of 3 is 2 x 2 x 2 = 8. | The number that is multiplied is called the base.
a logarithm; +logarithms | A logarithm tells you which exponent gives a certain number. | For example, the base 10 logarithm of 1000 is 3. | It is the opposite of raising to a power.
an average; +averages; the mean | An average, or mean, is the sum of numbers divided by how many there are. | For example, the average of 2, 4, and 6 is 4. | It shows what a typical value looks like.
the median; a median | The median is the middle value of a sorted list. | For example, the median of 1, 3, and 9 is 3. | It is not changed much by a few extreme values.
probability; a probability | Probability is a number from 0 to 1 that says how likely something is. | Zero means impossible, and one means certain. | A fair coin shows heads with probability one half.
a triangle; +triangles | A triangle is a shape with three sides and three corners. | Its angles add up to 180 degrees. | A triangle with three equal sides is called equilateral.
a square; +squares | A square is a shape with four equal sides and four right angles. | Its area is the side length multiplied by itself. | Every square is also a rectangle.
a rectangle; +rectangles | A rectangle is a shape with four sides and four right angles. | Its area is the length times the width. | Opposite sides have the same length.
a circle; +circles | A circle is a round shape whose points all have the same distance from the center. | That distance is called the radius. | Its area is pi times the radius squared.
a pentagon; +pentagons | A pentagon is a shape with five sides. | It has five corners. | The angles of a pentagon add up to 540 degrees.
a hexagon; +hexagons | A hexagon is a shape with six sides. | It has six corners. | The cells of a honeycomb are hexagons.
a cube; +cubes | A cube is a solid with six equal square faces. | It has 12 edges and 8 corners. | Dice often have the shape of a cube.
a sphere; +spheres | A sphere is a perfectly round solid like a ball. | All points on its surface have the same distance from the center. | The Earth is almost a sphere.
pi; the number pi | Pi is the ratio of the circumference of a circle to its diameter. | It is about 3.14159. | Its decimals never end and never repeat.
an angle; +angles | An angle measures how far one line is turned from another. | It is given in degrees. | A right angle has 90 degrees.
the perimeter; a perimeter | The perimeter is the total length around a shape. | For a square it is four times the side length. | For a circle it is called the circumference.
area; the area of a shape | Area is the size of a surface. | It is measured in square units such as square meters. | The area of a rectangle is length times width.
volume; the volume of a solid | Volume is the amount of space that something fills. | It is measured in cubic units or in liters. | The volume of a box is length times width times height.
an equation; +equations | An equation says that two expressions are equal. | For example, x + 2 = 5 is true when x is 3. | Solving an equation means finding the unknown value.
algebra | Algebra is the part of math that uses letters for unknown numbers. | For example, in x + 4 = 10 the letter x stands for 6. | It helps to solve many kinds of problems.
geometry | Geometry is the part of math that studies shapes and space. | It deals with points, lines, angles, and solids. | Builders and artists use it every day.
calculus | Calculus is the part of math that studies change. | It uses derivatives and integrals. | Newton and Leibniz developed it in the 17th century.
a vector; +vectors | A vector is a quantity with a size and a direction. | It can be written as a list of numbers. | Speed with a direction is an example of a vector.
a matrix; +matrices | A matrix is a table of numbers in rows and columns. | Matrices can be added and multiplied. | They are used in graphics and in neural networks.
infinity | Infinity is the idea of something without an end. | It is not an ordinary number. | The whole numbers go on to infinity.
zero; the number zero | Zero is the number that stands for nothing. | Adding zero to a number does not change it. | Multiplying by zero always gives zero.
a negative number; +negative numbers | A negative number is a number below zero. | It is written with a minus sign, such as -5. | Cold temperatures are often negative numbers.
the Pythagorean theorem; Pythagoras' theorem | The Pythagorean theorem says that in a right triangle a squared plus b squared equals c squared. | Here c is the longest side. | For example, sides of 3 and 4 give a longest side of 5.
"""
